// Before a form is sent: is there somebody to take it? Otherwise the text stays, with the reason.
import { body, form, heartbeat, say } from "./draft.js";
import { lineAt, text } from "./texts.js";

let isAsking = false;

function tooLong() {
  const limit = Number(body.dataset.limit);
  const length = [...body.value].length;
  if (length <= limit) return false;
  const shown = new Intl.NumberFormat(document.documentElement.lang);
  say({ kind: "tooLong" }, { length: shown.format(length), limit: shown.format(limit) });
  text().setAttribute("aria-invalid", "true");
  text().focus();
  return true;
}

form.addEventListener("submit", async (event) => {
  if (form.dataset.sent) return;
  event.preventDefault();
  if (isAsking || tooLong()) return;
  isAsking = true;
  const answer = await heartbeat(); // also brings a token that is accepted now
  isAsking = false;
  say(answer);
  if (answer.kind !== "ok") return;
  form.dataset.sent = "true"; // from here on nothing else is kept: the words are on their way
  form.requestSubmit(event.submitter);
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit();
  }
});

window.addEventListener("pageshow", (event) => event.persisted && delete form.dataset.sent);
document.addEventListener("kb:go-to-line", (event) => {
  const named = form.elements[event.detail?.field ?? "body"];
  if (!named) return;
  event.preventDefault();
  const { field, start } = lineAt(named, event.detail.line ?? 1);
  field.closest("details")?.setAttribute("open", "");
  const stop = field.value.indexOf("\n", start);
  document.getElementById("tab-write")?.click();
  field.focus();
  field.setSelectionRange(start, stop < 0 ? field.value.length : stop);
});
