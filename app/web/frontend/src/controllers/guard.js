// Asks before a page with unsaved answers is left.
export default function guard(form) {
  let dirty = false;
  form.addEventListener("input", () => {
    dirty = true;
  });
  for (const done of ["submit", "keel:saved"]) {
    form.addEventListener(done, () => {
      dirty = false;
    });
  }
  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}
