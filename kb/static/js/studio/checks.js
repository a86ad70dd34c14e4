// The checks beside the text, a moment after each pause; a finding leads to its line.
import { ask, form, parsed, sendable } from "./draft.js";

const TELL_MS = 2500; // a screen reader hears the sum when the writer rests, not at every pause
const SHOWN = ["title", "summary", "body", "answers", "synonyms", "keywords"];
const panel = document.querySelector("[data-checks]");
const told = panel.querySelector("[data-checks-told]");
const trouble = panel.querySelector("[data-checks-trouble]");
let telling = 0;

/** Say the sums once nothing has moved for a while, and only if they are others. */
function tell() {
  clearTimeout(telling);
  telling = setTimeout(() => {
    const sums = [...panel.querySelectorAll("[data-say]")].map((each) => each.textContent.trim());
    const text = sums.join(" ");
    if (told.textContent !== text) told.textContent = text;
  }, TELL_MS);
}

function follow(part) {
  let timer = 0;
  let asking = new AbortController();

  async function refresh() {
    asking.abort(); // an answer to what was typed before is stale
    asking = new AbortController();
    const { signal } = asking;
    part.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(part.dataset.checksPart, { data: sendable(SHOWN), signal });
      if (signal.aborted) return;
      trouble.hidden = answer.kind === "ok";
      part.removeAttribute("aria-busy");
      if (answer.kind !== "ok") return;
      put(part, answer.html);
      count();
      tell();
      const again = part.querySelector("[data-again]"); // a long text is read in parts
      if (again) timer = setTimeout(refresh, Number(again.dataset.again));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target !== form && !SHOWN.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, Number(part.dataset.pause));
  });
  if (part.hasAttribute("data-at-once")) refresh();
}

/** Say on the tab how much is to be mended: who looks at the preview would not know. */
function count() {
  const { mend } = panel.querySelector("[data-mend]").dataset;
  document.querySelector("#tab-checks [data-to-mend]")?.replaceChildren(mend === "0" ? "" : mend);
}

/** Put new findings in place; what was open stays open, and so does the focus. */
function put(part, html) {
  const open = [...part.querySelectorAll("details[open]")].map((each) => each.id).filter(Boolean);
  const links = [...part.querySelectorAll("a, summary")];
  const at = links.indexOf(document.activeElement);
  part.replaceChildren(...parsed(html).body.childNodes);
  for (const id of open) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  if (at >= 0) [...part.querySelectorAll("a, summary")].at(Math.min(at, links.length - 1))?.focus();
}

panel.addEventListener("click", (event) => {
  const { field, line } = event.target.closest("[data-field]")?.dataset ?? {};
  if (!field) return;
  const detail = { field, line: line ? Number(line) : undefined };
  const going = new CustomEvent("kb:go-to-line", { cancelable: true, detail });
  if (!document.dispatchEvent(going)) event.preventDefault(); // the editor has put the caret there
});

count();
for (const part of panel.querySelectorAll("[data-checks-part]")) follow(part);
