// The toolbar over the text and its keys: one stop for Tab, arrows inside it.
import { dialog, opened } from "./dialogs.js";
import { block, callout, code, heading, list, wrap } from "./marking.js";
import { text, texts } from "./texts.js";
import { insertBlock } from "./typing.js";

const bar = document.querySelector("[data-toolbar]");
const buttons = [...bar.querySelectorAll("button")];

const ACTS = {
  bold: () => wrap(text(), "**"),
  italic: () => wrap(text(), "*"),
  code: () => code(text()),
  heading2: () => heading(text(), 2),
  heading3: () => heading(text(), 3),
  bullets: () => list(text(), false),
  steps: () => list(text(), true),
  table: () => block(text(), "| … | … |\n| --- | --- |\n| … | … |"),
  callout: (button) => callout(text(), button.dataset.kind),
  callouts: () => bar.querySelector("[popovertarget]")?.click(),
  video,
  help: () => opened("help"),
  link: () => text().dispatchEvent(new CustomEvent("kb:link")),
  image: () => text().dispatchEvent(new CustomEvent("kb:image")),
};
const KEYS = {
  KeyB: "bold", KeyI: "italic", KeyK: "link", KeyE: "code",
  "Alt+Digit2": "heading2", "Alt+Digit3": "heading3", "Alt+KeyT": "table", "Alt+KeyC": "callouts",
  "Alt+KeyI": "image", "Alt+KeyV": "video", "Shift+Digit7": "steps", "Shift+Digit8": "bullets",
};

async function video() {
  const box = dialog("video");
  const [address, title] = box.querySelectorAll("input");
  [address.value, title.value] = ["", ""];
  if (!(await opened("video"))) return;
  const words = title.value.trim().replace(/[[\]]/g, "");
  insertBlock(text(), `[${words}](${address.value.trim()})`);
}

function act(name) {
  const button = document.querySelector(`[data-do="${name}"]`);
  if (button || name === "callouts") ACTS[name](button); // a shorter toolbar has fewer acts
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (!button) return;
  button.closest("[popover]")?.hidePopover();
  ACTS[button.dataset.do](button);
});

function pressed(event) {
  if (!(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const name = (event.altKey ? "Alt+" : "") + (event.shiftKey ? "Shift+" : "") + event.code;
  const found = event.key === "?" ? "help" : KEYS[name];
  if (!found) return;
  event.preventDefault();
  event.stopPropagation(); // Ctrl-K elsewhere opens the palette
  act(found);
}
for (const each of texts) each.addEventListener("keydown", pressed);
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog");
  if (event.key === "?" && !isTyping && !event.ctrlKey && !event.metaKey) act("help");
});

bar.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -buttons.length, End: buttons.length }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = buttons.indexOf(document.activeElement);
  const next = Math.abs(step) > 1 ? (step > 0 ? buttons.length - 1 : 0) : at + step;
  buttons[(next + buttons.length) % buttons.length].focus();
});
bar.addEventListener("focusin", (event) =>
  buttons.forEach((button) => (button.tabIndex = button === event.target ? 0 : -1)),
);
buttons.forEach((button, index) => (button.tabIndex = index ? -1 : 0));
bar.hidden = false;
