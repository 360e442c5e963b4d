// An answer may redraw the questions. What was typed or chosen while the server drew them is put back.
export default function recheck(form) {
  let asked = new Map();
  let meanwhile = [];
  let files = [];

  form.addEventListener("htmx:beforeRequest", () => {
    asked = new Map(controls(form).map((one) => [one.key, one.state]));
  });
  form.addEventListener("htmx:beforeSwap", () => {
    const present = controls(form);
    meanwhile = present.filter(({ key, state }) => asked.has(key) && asked.get(key) !== state);
    // A chosen file is never sent along, so the redrawn field is always empty.
    files = [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
  });
  form.addEventListener("htmx:afterSwap", () => {
    const fresh = new Map(controls(form).map((one) => [one.key, one.element]));
    for (const { key, element } of meanwhile) if (fresh.has(key)) answer(fresh.get(key), element);
    for (const input of files) {
      const drawn = form.querySelector(`#${CSS.escape(input.id)}`);
      if (drawn && drawn !== input) drawn.files = input.files;
    }
    meanwhile = [];
    files = [];
  });
}

export function controls(form) {
  const seen = new Map();
  return [...form.elements]
    .filter(({ name, type }) => name && !["file", "hidden", "submit"].includes(type))
    .map((element) => {
      const isChoice = element.type === "radio" || element.type === "checkbox";
      const name = isChoice ? `${element.name}=${element.value}` : element.name;
      const number = (seen.get(name) ?? 0) + 1; // rows may repeat a name
      seen.set(name, number);
      return { element, key: `${name}#${number}`, state: isChoice ? element.checked : element.value };
    });
}

export function answer(fresh, typed) {
  if (typed.type === "radio" || typed.type === "checkbox") fresh.checked = typed.checked;
  else fresh.value = typed.value;
}
