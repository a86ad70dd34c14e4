// Offers words that this browser kept and the server does not have; puts nothing in by itself.
import { ask, form, typed } from "./draft.js";
import { copyAt, FORMER, forget, KEY } from "./local.js";
import { text } from "./texts.js";

const place = document.querySelector("[data-offers]");
const pattern = document.querySelector("[data-local-offer]");
const SAME_MS = 6000; // the server's copy comes up to so much later than the browser's

for (const page of (form.dataset.savedPages ?? "").split(" ")) forget(page);

function isNew(copy) {
  const now = typed();
  return Object.entries(copy.fields).some(([name, value]) => (now[name] ?? "").trim() !== value.trim());
}

function moment(at) {
  const shape = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, shape).format(new Date(at));
}

function goOn(copy) {
  const { file, ...fields } = copy.fields;
  for (const [name, value] of Object.entries(fields)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  if (file) form.dispatchEvent(new CustomEvent("letter-restored", { detail: { files: file.split(" ") } }));
  form.elements.revision.value = copy.revision;
  form.elements.page.value = copy.page;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.body.dispatchEvent(new InputEvent("input", { bubbles: true }));
  text().focus();
}

function leave(copy, url) {
  forget(copy.page);
  const data = new FormData();
  data.set("page", copy.page);
  if (url) ask(url, { data });
}

function offer(copy) {
  const served = place.querySelector(`[data-offer="${CSS.escape(copy.page)}"]`);
  if (served && Number(served.dataset.at) * 1000 > copy.at - SAME_MS) return;
  const leaveUrl = served?.querySelector("form").action;
  served?.remove(); // an earlier state of the same words
  const box = pattern.content.firstElementChild.cloneNode(true);
  const text = box.querySelector("p");
  text.textContent = text.textContent.replace("{moment}", moment(copy.at));
  box.querySelector("[data-go-on]").addEventListener("click", () => (goOn(copy), box.remove()));
  box.querySelector("[data-leave]").addEventListener("click", () => {
    leave(copy, leaveUrl);
    box.remove();
  });
  place.append(box);
}

if (place && pattern) {
  place.addEventListener("submit", (event) => {
    const page = event.submitter?.value;
    if (page) forget(page);
  });
  for (const copy of [copyAt(KEY), copyAt(FORMER)]) {
    if (copy && copy.page !== form.elements.page.value && isNew(copy)) offer(copy);
  }
}
