// Files dropped on a form, or pasted into it, are chosen as if by its button.
function receive(field) {
  const input = field.querySelector("input[type=file]");
  const zone = field.closest("[data-contact], [data-draft]") ?? field;

  function take(event, files) {
    field.classList.remove("dropping");
    if (!files?.length) return;
    event.preventDefault();
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  zone.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    field.classList.add("dropping");
  });
  zone.addEventListener("dragleave", () => field.classList.remove("dropping"));
  zone.addEventListener("drop", (event) => take(event, event.dataTransfer.files));
  // Words copied from an office program bring a picture of themselves along: the words are meant.
  zone.addEventListener("paste", (event) => {
    const isText = event.clipboardData.types.includes("text/plain");
    take(event, isText ? null : event.clipboardData.files);
  });
}

document.querySelectorAll("[data-attach]").forEach(receive);
