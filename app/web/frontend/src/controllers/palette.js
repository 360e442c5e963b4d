// Ctrl/Cmd K: go to a page, start something, open a record or somebody's tasks by typing a part of its name.
// Pages and starts stand in the dialog; records and people come from the server, only those one may see.
export default function palette(dialog) {
  const input = dialog.querySelector("input");
  const search = dialog.querySelector("[data-search]");
  const entries = [...dialog.querySelectorAll("[data-words]")];
  const links = () => [...dialog.querySelectorAll("li:not([hidden]) a")];

  let asked = null;
  let timer = 0;

  const forget = () => {
    clearTimeout(timer);
    asked?.abort();
    for (const found of dialog.querySelectorAll("[data-found]")) found.remove();
  };

  const ask = async (typed) => {
    asked = new AbortController();
    const address = `${dialog.dataset.quick}?${new URLSearchParams({ q: typed })}`;
    const answer = await fetch(address, { signal: asked.signal, headers: { "HX-Request": "true" } }).catch(() => null);
    const found = answer?.ok ? await answer.text().catch(() => "") : "";
    if (!found || input.value.trim() !== typed) return;
    (search ?? dialog.querySelector(".palette-list").lastElementChild).insertAdjacentHTML("beforebegin", found);
  };

  const filter = () => {
    const typed = input.value.trim();
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) {
      const isStart = entry.querySelector(".palette-kind") !== null;
      entry.hidden = !words.every((word) => entry.dataset.words.includes(word)) || (isStart && words.length === 0);
    }
    forget();
    if (dialog.dataset.quick && typed.length > 1) timer = setTimeout(ask, 150, typed);
    if (!search) return;
    search.hidden = words.length === 0;
    const link = search.querySelector("a");
    link.href = `${link.dataset.url}?${new URLSearchParams({ q: input.value })}`;
    link.querySelector("[data-typed]").textContent = input.value;
  };

  const move = (step) => {
    const targets = [input, ...links()];
    const at = targets.indexOf(document.activeElement);
    targets[(at + step + targets.length) % targets.length].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (dialog.open) return;
    input.value = "";
    filter();
    dialog.showModal();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      links()[0]?.click();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  input.addEventListener("input", filter);
}
