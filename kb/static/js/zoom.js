// Pictures of an article open in full size in a dialog; a second press, Escape or the button close it.
const prose = document.querySelector("[data-zoom-open]");
const dialog = document.createElement("dialog");
dialog.className = "lightbox";

function open(picture) {
  const shown = picture.cloneNode();
  shown.removeAttribute("loading");
  const close = document.createElement("button");
  close.className = "button";
  close.textContent = prose.dataset.zoomClose;
  dialog.setAttribute("aria-label", picture.alt || prose.dataset.zoomOpen);
  dialog.replaceChildren(shown, close);
  dialog.showModal();
}

for (const picture of prose?.querySelectorAll("img") ?? []) {
  if (picture.closest("a")) continue; // the link keeps its meaning
  const button = document.createElement("button");
  button.className = "zoom";
  button.type = "button";
  button.setAttribute("aria-label", [prose.dataset.zoomOpen, picture.alt].filter(Boolean).join(", "));
  picture.replaceWith(button);
  button.append(picture);
  button.addEventListener("click", () => open(picture));
}

dialog.addEventListener("click", () => dialog.close());
document.body.append(dialog);
