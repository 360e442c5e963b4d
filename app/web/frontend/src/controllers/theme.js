// The switch between light and dark; the choice stays in this browser.
export default function theme(button) {
  button.addEventListener("click", () => {
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    document.documentElement.dataset.bsTheme = next;
    try {
      localStorage.setItem("keel-theme", next);
    } catch {
      // storage is off: the choice lasts for this page
    }
    document.dispatchEvent(new CustomEvent("keel:theme", { detail: next }));
  });
}
