// Repeating rows: adds and removes them in place. Without this, the same buttons post and the server redraws.
const PLACE = "__row__";

export default function rows(group) {
  const template = group.querySelector(":scope > template");
  const list = group.querySelector(":scope > [data-rows]");
  const limit = Number(group.dataset.most) || Infinity;
  const items = () => [...list.children];

  const count = () => {
    const add = group.querySelector(":scope > [data-add]");
    if (add) add.hidden = items().length >= limit;
  };

  const nextNumber = () => Math.max(-1, ...items().map((item) => Number(item.dataset.row))) + 1;

  const add = () => {
    const number = nextNumber();
    list.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll(PLACE, String(number)));
    list.lastElementChild.querySelector("input, select, textarea")?.focus();
  };

  const remove = (item) => {
    const near = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    (near?.querySelector("input, select, textarea") ?? group.querySelector("[data-add]"))?.focus();
  };

  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button || button.closest('[data-controller~="rows"]') !== group) return;
    event.preventDefault();
    if (button.matches("[data-add]")) add();
    else remove(button.closest("[data-row]"));
    count();
    group.dispatchEvent(new Event("input", { bubbles: true }));
  });
  count();
}
