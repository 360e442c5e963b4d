// List left, task right: on wide screens a click or `j k` shows a row's task beside the list; Enter opens it.
const WIDE = matchMedia("(min-width: 1100px)");
const PAUSE = 150;
const ROW = ".inbox-list [data-row]"; // the task beside the list may hold rows of its own

export default function split(container) {
  const pane = container.querySelector("#brief");
  let timer = 0;

  const mark = (row) => {
    for (const other of container.querySelectorAll(ROW)) {
      const isHere = other === row;
      other.classList.toggle("task--here", isHere);
      if (isHere) other.querySelector("a[href]").setAttribute("aria-current", "true");
      else other.querySelector("a[href]").removeAttribute("aria-current");
    }
  };

  const show = (row) => {
    if (!pane || row.classList.contains("task--here")) return;
    for (const form of pane.querySelectorAll("form")) form.dispatchEvent(new CustomEvent("keel:leave"));
    mark(row);
    pane.dataset.task = row.closest("[data-task]").dataset.task;
    row.dispatchEvent(new CustomEvent("keel:show", { bubbles: true }));
  };

  const followWidth = () => {
    const first = pane?.dataset.task && container.querySelector(`[data-task="${pane.dataset.task}"] [data-row]`);
    mark(WIDE.matches ? first : null); // without room for the task beside it, no row is the present one
  };

  followWidth();
  WIDE.addEventListener("change", followWidth);
  container.addEventListener("click", (event) => {
    const link = event.target.closest(`${ROW} a[href]`);
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !WIDE.matches || !isPlain || event.detail !== 1) return; // Enter and a second click open it
    event.preventDefault();
    show(link.closest("[data-row]"));
  });
  container.addEventListener("focusin", (event) => {
    const row = event.target.closest(ROW);
    clearTimeout(timer);
    if (row && WIDE.matches && event.target.matches("a[href]")) timer = setTimeout(show, PAUSE, row);
  });
}
