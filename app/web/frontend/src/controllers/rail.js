// Collapses the rail. The choice travels in a cookie, so that the server draws the next page without a jump.
const YEAR = 365 * 24 * 60 * 60;

export default function rail(button) {
  const frame = document.querySelector(".frame");
  button.addEventListener("click", () => {
    const narrow = frame.classList.toggle("frame--narrow");
    button.setAttribute("aria-expanded", String(!narrow));
    if (narrow) for (const group of frame.querySelectorAll(".frame-fold[open]")) group.open = false;
    document.cookie = `keel-rail=${narrow ? "narrow" : "wide"}; path=/; max-age=${YEAR}; SameSite=Lax`;
  });
}
