// Ctrl/Cmd K: go to any page by typing a part of its name, or search records for the words typed.
export default function palette(dialog) {
  const input = dialog.querySelector("input");
  const search = dialog.querySelector("[data-search]");
  const entries = [...dialog.querySelectorAll("[data-words]")];
  const links = () => [...dialog.querySelectorAll("li:not([hidden]) a")];

  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.words.includes(word));
    if (!search) return;
    search.hidden = words.length === 0;
    const link = search.querySelector("a");
    link.href = `${link.dataset.url}?${new URLSearchParams({ q: input.value })}`;
    link.querySelector("[data-typed]").textContent = input.value;
  };

  const move = (step) => {
    const targets = [input, ...links()];
    const at = targets.indexOf(document.activeElement);
    targets[(at + step + targets.length) % targets.length].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (dialog.open) return;
    input.value = "";
    filter();
    dialog.showModal();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      links()[0]?.click();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  input.addEventListener("input", filter);
}
