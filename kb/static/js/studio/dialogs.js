// Opens a small window of the editor; resolves to true when its act was chosen, not cancelled.
import { text } from "./texts.js";

export function dialog(name) {
  return document.querySelector(`dialog[data-dialog="${name}"]`);
}

export function opened(name) {
  const box = dialog(name);
  const field = text();
  const { selectionStart, selectionEnd } = field;
  box.returnValue = "";
  box.showModal();
  return new Promise((settle) => {
    // A moment later, when the text takes a caret again, which browsers put at its beginning.
    const closed = () => {
      field.focus();
      field.setSelectionRange(selectionStart, selectionEnd);
      settle(box.returnValue === "insert");
    };
    box.addEventListener("close", () => setTimeout(closed), { once: true });
  });
}
