// Starts each behaviour on the elements that name it in `data-controller`, once, also in parts htmx brings.
const started = new WeakMap();

/** Start the controllers of `root` and below. */
export function start(root, controllers) {
  const named = [...root.querySelectorAll("[data-controller]")];
  if (root instanceof Element && root.matches("[data-controller]")) named.unshift(root);
  for (const element of named) {
    for (const name of element.dataset.controller.split(/\s+/)) once(element, name, controllers[name]);
  }
}

function once(element, name, controller) {
  const names = started.get(element) ?? new Set();
  if (names.has(name) || !controller) return;
  started.set(element, names.add(name));
  controller(element);
}
