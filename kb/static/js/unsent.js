// Keeps what is typed into the request form in this browser, for a day, until it is sent or forgotten.
const KEY = "kb-letter";
const DAY_MS = 86_400_000;
const WAIT_MS = 200;
const OURS = new Set(["website", "seen", "asked", "attachment"]); // nothing that somebody typed

const form = document.querySelector("[data-letter]");
const page = document.querySelector("[data-contact]");
const kept = document.querySelector("[data-kept]");
let timer = 0;

function stored() {
  try {
    const letter = JSON.parse(localStorage.getItem(KEY));
    return letter && Date.now() - letter.at < DAY_MS ? letter : null;
  } catch {
    return null; // storage is closed to us, or holds something else
  }
}

function store(letter) {
  try {
    if (letter) localStorage.setItem(KEY, JSON.stringify(letter));
    else localStorage.removeItem(KEY);
  } catch {
    // closed, or full: the form works without
  }
}

function keep() {
  const fields = [...new FormData(form)].filter(([name, value]) => value && typeof value === "string" && !OURS.has(name));
  const isEmpty = !fields.some(([name]) => name !== "email" || form.elements.email.value !== form.elements.email.defaultValue);
  store(isEmpty ? null : { at: Date.now(), fields });
  kept.hidden = isEmpty;
}

function restore() {
  const letter = stored();
  if (!letter) store(null);
  for (const [name, value] of letter?.fields ?? []) fill(name, value);
  kept.hidden = !letter;
  const files = (letter?.fields ?? []).filter(([name]) => name === "file").map(([, key]) => key);
  form.dispatchEvent(new CustomEvent("letter-restored", { detail: { files } }));
}

function fill(name, value) {
  const field = form.elements[name];
  if (!field || name === "file") return;
  if (field instanceof RadioNodeList) field.value ||= value;
  else if (!field.value) {
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true })); // a topic brings its fields
  }
}

function forget() {
  for (const button of page.querySelectorAll("[data-file] button")) button.click();
  for (const field of form.elements) {
    if (field.type === "radio") field.checked = false;
    else if (!["hidden", "submit", "fieldset"].includes(field.type)) field.value = "";
  }
  form.elements.topic?.dispatchEvent(new Event("change", { bubbles: true }));
  clearTimeout(timer);
  store(null);
  kept.hidden = true;
  document.querySelector("[data-offers-status]").textContent = kept.dataset.forgotten;
  form.elements.subject.focus();
}

if (document.querySelector("[data-letter-sent]")) store(null);
if (form) {
  restore();
  page.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT_MS);
  });
  addEventListener("pagehide", () => timer && keep());
  kept.querySelector("[data-forget]").addEventListener("click", forget);
}
