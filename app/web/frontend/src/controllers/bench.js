// A place of work that is drawn again whenever one of its forms changes. What is typed meanwhile is put back
// and sent; once a button is pressed, its answer is the one that counts.
import { answer, controls } from "./recheck.js";

export default function bench(place) {
  const asked = new Map();
  let meanwhile = [];
  let isLeaving = false;

  const formOf = ({ detail }) => (detail.requestConfig?.elt ?? detail.elt).closest("form[id]");
  place.addEventListener("submit", () => {
    isLeaving = true;
  });
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
  place.addEventListener("htmx:beforeRequest", (event) => {
    const form = formOf(event);
    if (isLeaving) event.preventDefault();
    else if (form) asked.set(form.id, new Map(controls(form).map((one) => [one.key, one.state])));
  });
  place.addEventListener("htmx:beforeSwap", (event) => {
    if (isLeaving) event.detail.shouldSwap = false;
    const form = formOf(event);
    const known = asked.get(form?.id) ?? new Map();
    const present = form?.isConnected ? controls(form) : [];
    meanwhile = present.filter(({ key, state }) => known.has(key) && known.get(key) !== state);
  });
  place.addEventListener("htmx:afterSwap", (event) => {
    const form = formOf(event);
    const drawn = form && place.querySelector(`#${CSS.escape(form.id)}`);
    if (!drawn || !meanwhile.length) return;
    const fresh = new Map(controls(drawn).map((one) => [one.key, one.element]));
    for (const { key, element } of meanwhile) if (fresh.has(key)) answer(fresh.get(key), element);
    meanwhile = [];
    drawn.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
