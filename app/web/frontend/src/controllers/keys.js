// The dialog behind `?`: shows all keys and turns single-key commands off. `/` goes to the search.
import { isCommand, keysAreOn, setKeys } from "../keyboard.js";

export default function keys(dialog) {
  const switchBox = dialog.querySelector("input[type=checkbox]");
  switchBox.addEventListener("change", () => setKeys(switchBox.checked));
  document.addEventListener("keydown", (event) => {
    if (!isCommand(event)) return;
    if (event.key === "?") {
      switchBox.checked = keysAreOn();
      dialog.showModal();
    } else if (event.key === "/") {
      const field = document.querySelector("[data-search-field]");
      if (!field?.offsetParent) return;
      field.focus();
    } else return;
    event.preventDefault();
  });
}
