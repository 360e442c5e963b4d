// Ctrl/Cmd Enter sends the form with its primary button; a second press of any button does nothing.
export default function submit(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn--primary[type=submit]"));
  });
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = !event.defaultPrevented || sent;
  });
  addEventListener("pageshow", () => {
    sent = false; // the page may come back from the browser's history
  });
}
