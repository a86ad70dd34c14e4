// Keeps what is typed on the server, and tells that the page is open: at most four seconds are behind.
import { ask, form, heartbeat, say, sendable, show, typed } from "./draft.js";

const KEEP_MS = 4000;
const PULSE_MS = 10_000;
const RETRY_MS = 5000;

let kept = JSON.stringify(typed());
let timer = 0;
let isBusy = false;

function plan(wait = KEEP_MS) {
  timer ||= setTimeout(keep, wait);
}

async function keep() {
  timer = 0;
  const now = JSON.stringify(typed());
  if (now === kept || form.dataset.sent) return;
  if (isBusy) return plan();
  isBusy = true;
  const answer = await ask(form.dataset.autosave, { data: sendable() });
  isBusy = false;
  if (form.dataset.sent) return;
  say(answer);
  if (answer.kind === "ok") {
    kept = now;
    show(answer.html);
    if (JSON.stringify(typed()) !== kept) plan();
  } else {
    plan(RETRY_MS);
  }
}

async function pulse() {
  if (document.hidden || timer || isBusy || form.dataset.sent) return;
  const data = new FormData();
  data.set("revision", form.elements.revision.value);
  const answer = await heartbeat(data);
  if (answer.kind === "ok") show(answer.html);
  if (answer.kind !== "failed") say(answer);
}

function leave() {
  if (form.dataset.sent || JSON.stringify(typed()) === kept) return;
  const data = sendable();
  data.set("csrf_token", form.elements.csrf_token.value);
  // Long texts are more than a browser sends on leaving; those are in its own copy.
  if (navigator.sendBeacon(form.dataset.autosave, data)) kept = JSON.stringify(typed());
}

form.addEventListener("input", () => plan());
window.addEventListener("online", () => plan(0));
window.addEventListener("focus", () => plan(0)); // back from signing in, perhaps
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.hidden && leave());
setInterval(pulse, PULSE_MS);
pulse();
