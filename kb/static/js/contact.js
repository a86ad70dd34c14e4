// The request form: offers articles while one types, opens them in place, and loses no word.
const WAIT_MS = 500; // a pause between two words
const MIN_CHARACTERS = 3;
const KEY = "kb-letter";
const KEPT = ["subject", "message", "email"];

const form = document.querySelector("[data-letter]");
const offers = document.querySelector("[data-offers]");
const status = document.querySelector("[data-offers-status]");
let asking = new AbortController();
let timer = 0;

function stored(letter) {
  try {
    if (letter === null) sessionStorage.removeItem(KEY);
    else if (letter) sessionStorage.setItem(KEY, JSON.stringify(letter));
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage is closed to us, or holds something else
  }
}

const typed = () => KEPT.map((name) => form.elements[name].value.trim());

function restore() {
  const letter = stored();
  for (const name of KEPT) form.elements[name].value ||= letter[name] ?? "";
  const seen = Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value: "1" });
  form.append(seen); // what may answer is shown while typing: never again before sending
}

// What is being read, or touched, stays where it is.
const isInUse = () => offers.querySelector("details[open]") || offers.matches(":focus-within");

async function offer() {
  asking.abort();
  asking = new AbortController();
  if (typed().slice(0, 2).join("").length < MIN_CHARACTERS) return;
  try {
    const body = new FormData(form);
    for (const name of ["email", "website"]) body.delete(name);
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(form.dataset.letter, { method: "POST", body, headers, signal: asking.signal });
    if (!answer.ok) return;
    const fragment = document.createElement("template");
    fragment.innerHTML = await answer.text();
    const found = fragment.content.querySelector("[data-ids]");
    if (isInUse() || found?.dataset.ids === offers.querySelector("[data-ids]")?.dataset.ids) return;
    offers.replaceChildren(...(found ? [found] : []));
    status.textContent = found?.dataset.said ?? "";
  } catch {
    // stale, or no connection: the form works without
  }
}

async function open(event) {
  const article = event.target;
  if (!article.open || !article.dataset?.article || article.dataset.loaded) return;
  try {
    const answer = await fetch(article.dataset.article, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    article.querySelector("[data-article-text]").innerHTML = await answer.text();
    article.dataset.loaded = "yes";
  } catch {
    // the link to the whole page is there
  }
}

if (document.querySelector("[data-letter-sent]")) stored(null);
if (form) {
  restore();
  offers.addEventListener("toggle", open, { capture: true }); // it does not bubble
  if (!offers.firstElementChild) offer(); // words of a search, or of a letter left, are there already
  form.parentElement.addEventListener("input", () => {
    stored(Object.fromEntries(new FormData(form)));
    clearTimeout(timer);
    timer = setTimeout(offer, WAIT_MS);
  });
}
