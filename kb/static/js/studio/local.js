// Keeps what is typed in this browser too, a second behind at most: for when nothing can be sent.
import { form, say, typed } from "./draft.js";

const WAIT_MS = 1000;
export const KEY = `kb:draft:${form.dataset.person}:${form.dataset.draft}`;
export const FORMER = `${KEY}:former`;

const shown = JSON.stringify(typed());
let timer = 0;

/** A copy kept in this browser, null when there is none. */
export function copyAt(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // closed storage, or not ours
  }
}

export function forget(page) {
  for (const key of [KEY, FORMER]) if (copyAt(key)?.page === page) localStorage.removeItem(key);
}

function keep() {
  clearTimeout(timer);
  timer = 0;
  const fields = typed();
  if (form.dataset.sent || (JSON.stringify(fields) === shown && !copyAt(KEY))) return;
  const page = form.elements.page.value;
  try {
    const before = copyAt(KEY);
    // Words of another page that nobody has taken up yet are kept beside these.
    if (before && before.page !== page) localStorage.setItem(FORMER, JSON.stringify(before));
    const copy = { page, fields, revision: form.elements.revision.value, at: Date.now() };
    localStorage.setItem(KEY, JSON.stringify(copy));
  } catch {
    say({ kind: "noCopy" });
  }
}

form.addEventListener("input", () => (timer ||= setTimeout(keep, WAIT_MS)));
window.addEventListener("pagehide", () => timer && keep());
