// Copies or prints what is shown once.
const said = document.querySelector("[data-copied]");
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const lines = [...source.querySelectorAll("code")].map((each) => each.textContent);
    await navigator.clipboard.writeText(lines.length ? lines.join("\n") : source.textContent);
    button.textContent = button.dataset.done;
    said.textContent = button.dataset.done;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
