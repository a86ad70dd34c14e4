// The request form: offers articles while one types, and opens them in place.
const WAIT_MS = 350; // a pause between two words
const MIN_CHARACTERS = 3;

const form = document.querySelector("[data-letter]");
const offers = document.querySelector("[data-offers]");
const status = document.querySelector("[data-offers-status]");
const wide = matchMedia("(min-width: 64rem)");
let asking = new AbortController();
let timer = 0;

const words = () => ["subject", "message"].map((name) => form.elements[name].value.trim()).join("");
// What is being read, or touched, stays where it is.
const isInUse = () => offers.querySelector("[data-article][open]") || offers.matches(":focus-within");

function show(found) {
  const fold = found.querySelector("[data-fold]");
  // Between the fields they take one line, which was kept for them.
  if (fold) fold.open = wide.matches;
  offers.replaceChildren(...found.children);
  status.textContent = offers.querySelector("[data-said]")?.dataset.said ?? "";
}

async function offer() {
  asking.abort();
  asking = new AbortController();
  if (words().length < MIN_CHARACTERS) return;
  try {
    const body = new FormData();
    for (const name of ["subject", "message"]) body.set(name, form.elements[name].value);
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(form.dataset.letter, { method: "POST", body, headers, signal: asking.signal });
    if (!answer.ok) return;
    const fragment = document.createElement("template");
    fragment.innerHTML = await answer.text();
    const ids = (part) => part.querySelector("[data-ids]")?.dataset.ids;
    if (!isInUse() && ids(fragment.content) !== ids(offers)) show(fragment.content);
  } catch {
    // stale, or no connection
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
    // the link is there
  }
}

const ways = document.querySelector("[data-standing]")?.dataset.standing;
if (ways) setTimeout(() => import(ways), 60_000); // hours end
if (form) {
  // Shown while typing: never again before sending.
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value: "1" }));
  offers.addEventListener("toggle", open, { capture: true }); // it does not bubble
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, WAIT_MS);
  });
  // Words of a search, or of a letter, are there already.
  form.addEventListener("letter-restored", () => offers.querySelector("[data-ids]") || offer());
}
