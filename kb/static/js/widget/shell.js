// The button and the dialog: a room of its own in the top layer, out of reach of the page's styles.
import { OPTIONS, locale, say } from "./page.js";
import { tell } from "./events.js";
import { el, icon } from "./elements.js";
import { isDark, whenSchemeChanges } from "./scheme.js";

const CROSS = "M6 6l12 12M18 6L6 18";
const ARROW = "M14 5l-7 7 7 7";
const QUESTION = "M9 9.2a3 3 0 1 1 4.6 2.5c-1 .7-1.6 1.2-1.6 2.5M12 17.6v.2M21 12a9 9 0 0 1-13.6 7.7L3 21l1.3-4.4A9 9 0 1 1 21 12z";
const host = document.createElement("kb-help");
export const shade = host.attachShadow({ mode: "open" });
export let scroller, backward;
let opener, dialog, status;

export function raise() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  const hue = Number(OPTIONS.hue ?? CONFIG.hue);
  sheet.insertRule(`:host { --hue: ${Number.isFinite(hue) ? hue : CONFIG.hue} !important; }`, 0);
  shade.adoptedStyleSheets = [sheet];
  const label = el("span", {}, say("help"));
  const button = el("button", { type: "button", "aria-haspopup": "dialog", onclick: open }, icon(QUESTION), label);
  opener = el("aside", { popover: "manual", "aria-label": say("help"), class: OPTIONS.position }, button);
  if (OPTIONS.button !== "none") shade.append(opener);
  document.documentElement.append(host);
  dress();
  whenSchemeChanges(dress);
  if (opener.isConnected) opener.showPopover?.(); // without a top layer, the highest place there is
}

function dress() {
  host.lang = locale();
  host.toggleAttribute("data-dark", isDark());
}

function build() {
  const button = (drawing, label, onclick) => el("button", { type: "button", "aria-label": label, onclick }, icon(drawing));
  backward = button(ARROW, "", () => tell("back"));
  scroller = el("div", { class: "views" });
  status = el("p", { role: "status", class: "unseen" });
  const head = el("header", {}, backward, el("p", { id: "name" }, say("help")), button(CROSS, say("close"), close));
  dialog = el("dialog", { "aria-labelledby": "name", class: OPTIONS.position, dir: "ltr" }, head, scroller, status);
  // Keys typed here are no shortcuts of the page.
  for (const type of ["keydown", "keypress", "keyup"]) dialog.addEventListener(type, (event) => event.stopPropagation());
  let pressed;
  dialog.addEventListener("pointerdown", (event) => (pressed = event.target));
  dialog.addEventListener("click", (event) => event.target === dialog && pressed === dialog && close());
  dialog.addEventListener("close", () => {
    host.removeAttribute("data-open");
    tell("closed");
  });
  shade.append(dialog);
}

export function open() {
  if (dialog?.open) return;
  dress();
  if (!dialog) build();
  dialog.showModal();
  host.setAttribute("data-open", "");
  tell("opened");
}

export const close = () => dialog?.close();
export const isOpen = () => Boolean(dialog?.open);
export const announce = (text) => (status.textContent = text);

// The page speaks another language now: what was said in the former one is gone.
export function rename() {
  const wasOpen = isOpen();
  dialog.remove();
  opener.querySelector("span").textContent = say("help");
  opener.setAttribute("aria-label", say("help"));
  build();
  if (wasOpen) dialog.showModal();
}
