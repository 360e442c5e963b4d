// Keyboard for lists: j k move, Enter opens, c claims, e completes, in the row or beside the list.
import { isCommand } from "../keyboard.js";

export default function list(container) {
  const rows = () => [...container.querySelectorAll("[data-row]")];
  const here = () => rows().find((row) => row.contains(document.activeElement));

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].querySelector("a[href]")?.focus();
  };

  const beside = (what) => {
    const pane = document.getElementById("brief");
    return pane?.offsetParent ? pane.querySelector(what) : null;
  };
  const claim = () => (here()?.querySelector('[data-key="c"]') ?? beside('[data-key="c"]'))?.click();
  // To complete is to answer: the first question gets the focus, or the row's page opens.
  const complete = () => {
    const field = beside("#answers :is(input, select, textarea):not([type=hidden])");
    if (field) field.focus();
    else here()?.querySelector("a[href]")?.click();
  };

  const DEEDS = { j: () => move(1), k: () => move(-1), c: claim, e: complete };
  document.addEventListener("keydown", (event) => {
    if (!isCommand(event) || !DEEDS[event.key]) return;
    event.preventDefault();
    DEEDS[event.key]();
  });
}
