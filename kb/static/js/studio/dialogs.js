// Opens a small window of the editor; resolves to true when its act was chosen, not cancelled.

export function dialog(name) {
  return document.querySelector(`dialog[data-dialog="${name}"]`);
}

export function opened(name) {
  const box = dialog(name);
  box.returnValue = "";
  box.showModal();
  return new Promise((settle) => {
    box.addEventListener("close", () => settle(box.returnValue === "insert"), { once: true });
  });
}
