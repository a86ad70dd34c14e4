// What a page may do with the widget: window.KB, the calls that waited for it, and its own buttons.
import { BASE, isAllowed, warn } from "./page.js";
import { off, on, tell } from "./events.js";
import { close, open, raise } from "./shell.js";
import { know, search, suggestFor } from "./opening.js";

const doors = { open, close, search, suggest: suggestFor, identify: know, on, off, push };

function push(...calls) {
  for (const [name, ...values] of calls) {
    if (name in doors) doors[name](...values);
    else warn(`there is no function “${name}”: ${Object.keys(doors).join(", ")}.`);
  }
}

function start() {
  const waiting = Array.isArray(window.KB) ? window.KB : [];
  window.KB = doors;
  raise();
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-kb-open]")) open();
  });
  push(...waiting);
  tell("ready");
}

if (!isAllowed()) {
  const refuse = () => warn(`${location.origin} may not carry the help of ${BASE.host}. Add it in the studio, under Widget.`);
  window.KB = Object.fromEntries(Object.keys(doors).map((name) => [name, refuse]));
  refuse();
} else if (!window.KB?.identify) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
