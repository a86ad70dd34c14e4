// Articles beside a request: found once the page stands, and linked in the answer at the caret.
import { ask, body, form, parsed } from "./draft.js";
import { insert } from "./typing.js";

const box = document.querySelector("[data-suggestions]");
const place = box.querySelector("[data-suggested]");
let asking = new AbortController();

async function suggest(query) {
  asking.abort(); // an answer to what was asked before is stale
  asking = new AbortController();
  const { signal } = asking;
  const address = box.dataset.suggestions + (query ? `?q=${encodeURIComponent(query)}` : "");
  try {
    const answer = await ask(address, { signal });
    if (signal.aborted || answer.kind !== "ok") return; // the link to the page of its own is there
    place.replaceChildren(...parsed(answer.html).body.children);
    for (const each of place.querySelectorAll("[data-insert]")) each.hidden = false;
    const token = form.elements.csrf_token.value;
    for (const each of place.querySelectorAll('[name="csrf_token"]')) each.value = token;
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

box.querySelector("[role=search]").addEventListener("submit", (event) => {
  event.preventDefault();
  suggest(event.target.elements.q.value.trim());
});
place.addEventListener("click", (event) => {
  const link = event.target.closest("[data-insert]")?.dataset.insert;
  if (!link) return;
  const before = body.value.slice(0, body.selectionStart);
  insert(body, (before && !/\s$/.test(before) ? " " : "") + link);
});
suggest("");
