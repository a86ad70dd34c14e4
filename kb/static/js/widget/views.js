// One view after another, with a way back to each as it was left.
import { say } from "./page.js";
import { on } from "./events.js";
import { el } from "./elements.js";
import { Unreachable } from "./asking.js";
import { announce, backward, scroller, shade } from "./shell.js";

const views = [];

export function show(title, ...content) {
  const before = views.at(-1);
  if (before) {
    Object.assign(before, { scroll: scroller.scrollTop, focus: shade.activeElement });
    before.node.remove(); // names of its parts may come again in the next one
  }
  const heading = el("h2", { tabindex: "-1" }, title);
  const view = { heading, node: el("section", {}, heading, content) };
  views.push(view);
  scroller.append(view.node);
  arrive(0, heading);
  return view;
}

function arrive(scroll, focused) {
  announce(""); // what was said of the former view
  backward.hidden = views.length < 2;
  backward.ariaLabel = say("back");
  scroller.scrollTop = scroll;
  focused.focus({ preventScroll: true });
}

export function back() {
  if (views.length < 2) return;
  const gone = views.pop();
  gone.node.remove();
  gone.left?.();
  const here = views.at(-1);
  scroller.append(here.node);
  arrive(here.scroll, here.focus?.isConnected ? here.focus : here.heading);
}

export const isShown = (view) => views.at(-1) === view;
export const toBeginning = () => backTo(views[0]);

export function backTo(view) {
  while (views.length > 1 && !isShown(view)) back();
}

export function forget() {
  views.splice(0);
  scroller.replaceChildren();
}

// Appends what `work` gives; says so where the site cannot be reached, and tries again when asked.
export async function fill(view, work) {
  const waiting = view.node.appendChild(el("p", { class: "muted", "aria-busy": "true" }, say("wait")));
  try {
    waiting.replaceWith(...(await work()));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    waiting.replaceWith(lost(() => fill(view, work)));
  }
}

export function lost(retry) {
  const said = el("p", { role: "alert" }, say("lost"));
  const again = () => {
    box.remove();
    retry();
  };
  const box = el("div", { class: "note" }, said, el("button", { type: "button", onclick: again }, say("again")));
  return box;
}

on("back", back);
