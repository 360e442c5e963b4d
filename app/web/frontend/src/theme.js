// Sets light or dark before the first paint: the choice of this browser, else the person's, else the system's.
const KEY = "keel-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function chosen() {
  try {
    return localStorage.getItem(KEY) ?? root.dataset.themeChoice;
  } catch {
    return root.dataset.themeChoice; // storage is off in some private windows
  }
}

function apply() {
  const choice = chosen();
  const fixed = choice === "dark" || choice === "light";
  root.dataset.bsTheme = fixed ? choice : dark.matches ? "dark" : "light";
}

root.dataset.js = "on"; // controls that need script appear
apply();
dark.addEventListener("change", apply);
addEventListener("beforeprint", () => {
  root.dataset.bsTheme = "light"; // paper is white
});
addEventListener("afterprint", apply);
