// Copies the text the button names, and says so in the button.
export default function copy(button) {
  const label = button.querySelector("[data-label]");
  const before = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.copied;
    setTimeout(() => {
      label.textContent = before;
    }, 2000);
  });
}
