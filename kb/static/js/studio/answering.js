// The answer to a request: tells who else is here, and sends nothing over the head of a colleague.
import { body, form, heartbeat, say, show } from "./draft.js";

const PULSE_MS = 15_000;
let isAsking = false;

function standing() {
  const data = new FormData();
  data.set("revision", form.elements.revision.value);
  if (body.value.trim()) data.set("writing", "1");
  return data;
}

async function pulse() {
  if (document.hidden || isAsking || form.dataset.sent) return;
  const answer = await heartbeat(standing());
  if (answer.kind === "ok") show(answer.html);
  if (answer.kind !== "failed") say(answer);
}

form.addEventListener("submit", async (event) => {
  if (form.dataset.sent) return;
  event.preventDefault();
  if (isAsking) return;
  const { submitter } = event;
  isAsking = true;
  await Promise.allSettled(form.pending ?? []); // files that are still on their way go with it
  const answer = await heartbeat(standing()); // also brings a token that is accepted now
  isAsking = false;
  if (answer.kind !== "ok") return say(answer);
  show(answer.html);
  const newer = form.querySelector("[data-pulse][data-newer]")?.dataset.newer;
  if (newer) {
    form.elements.revision.value = newer; // they know: the next time it is sent
    return say({ kind: "overtaken" });
  }
  form.dataset.sent = "true";
  form.requestSubmit(submitter);
});

const kind = (value) => form.querySelector(`[name="kind"][value="${value}"]`);

function write(value) {
  kind(value).checked = true;
  body.focus();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target === body) {
    event.preventDefault();
    const act = kind("note").checked ? "note" : "answer";
    return form.requestSubmit(form.querySelector(`[name="act"][value="${act}"]`));
  }
  const isTyping = event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const wanted = { r: "answer", n: "note" }[event.key];
  if (!wanted) return;
  event.preventDefault();
  write(wanted);
});

window.addEventListener("pageshow", (event) => event.persisted && delete form.dataset.sent);
setInterval(pulse, PULSE_MS);
pulse();
