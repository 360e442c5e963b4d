// A place of work that is drawn again whenever its open form changes. What is typed meanwhile is put back
// and sent; once a button is pressed, its answer is the one that counts.
import { answer, controls } from "./recheck.js";

export default function bench(place) {
  let asked = new Map();
  let meanwhile = [];
  let form = null;
  let isLeaving = false;

  const reset = () => {
    isLeaving = false;
  };
  place.addEventListener("submit", () => {
    isLeaving = true;
  });
  addEventListener("pageshow", reset);
  place.addEventListener("htmx:beforeRequest", (event) => {
    form = event.detail.elt.closest("form[id]");
    if (isLeaving) event.preventDefault();
    else if (form) asked = new Map(controls(form).map((one) => [one.key, one.state]));
  });
  place.addEventListener("htmx:beforeSwap", (event) => {
    if (isLeaving) event.detail.shouldSwap = false;
    const present = form?.isConnected ? controls(form) : [];
    meanwhile = present.filter(({ key, state }) => asked.has(key) && asked.get(key) !== state);
  });
  place.addEventListener("htmx:afterSwap", () => {
    const drawn = form && place.querySelector(`#${CSS.escape(form.id)}`);
    if (!drawn || !meanwhile.length) return;
    const fresh = new Map(controls(drawn).map((one) => [one.key, one.element]));
    for (const { key, element } of meanwhile) if (fresh.has(key)) answer(fresh.get(key), element);
    meanwhile = [];
    drawn.dispatchEvent(new Event("change"));
  });
}
