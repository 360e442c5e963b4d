// Single-key commands never fire while someone types, and can be turned off (WCAG 2.1.4).
const KEY = "keel-keys";

/** Tell whether the person left single-key commands on. */
export function keysAreOn() {
  try {
    return (localStorage.getItem(KEY) ?? document.body.dataset.keys) !== "off";
  } catch {
    return document.body.dataset.keys !== "off";
  }
}

/** Remember in this browser whether single-key commands are on. */
export function setKeys(on) {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    document.body.dataset.keys = on ? "on" : "off";
  }
}

/** Tell whether the event is a bare key pressed outside of fields and dialogs. */
export function isCommand(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !event.target.closest("input, textarea, select, [contenteditable], dialog[open]") && keysAreOn();
}
