// Opens the <dialog> a link points at as a true modal. Without this, the link shows it by :target.
export default function dialog(link) {
  const target = document.querySelector(link.getAttribute("href"));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target.showModal();
  });
  for (const close of target.querySelectorAll("[data-close]")) {
    close.addEventListener("click", (event) => {
      event.preventDefault();
      target.close();
    });
  }
}
