// Keyboard for lists: j k move, Enter opens, c claims, e completes.
import { isCommand } from "../keyboard.js";

export default function list(container) {
  const rows = () => [...container.querySelectorAll("[data-row]")];

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].querySelector("a[href]")?.focus();
  };

  const press = (name) => {
    const row = rows().find((each) => each.contains(document.activeElement));
    row?.querySelector(`[data-key="${name}"]`)?.click();
  };

  document.addEventListener("keydown", (event) => {
    if (!isCommand(event)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "c" || event.key === "e") press(event.key);
    else return;
    event.preventDefault();
  });
}
