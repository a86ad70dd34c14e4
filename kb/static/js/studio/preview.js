// The page as readers will see it, a moment after each pause, at the part that is being written.
import { ask, body, form, parsed, sendable } from "./draft.js";

const PAUSE_MS = 350;
const SHOWN = ["title", "summary", "body"];
const seen = document.querySelector("[data-seen]");
let timer = 0;
let asking = new AbortController();

async function refresh() {
  asking.abort(); // an answer to what was typed before is stale
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await ask(form.dataset.preview, { data: sendable(SHOWN), signal });
    if (signal.aborted) return;
    seen.classList.toggle("stale", answer.kind !== "ok");
    seen.title = answer.kind === "ok" ? "" : seen.dataset.failed;
    if (answer.kind !== "ok") return;
    const top = seen.scrollTop;
    seen.replaceChildren(...parsed(answer.html).body.children);
    seen.scrollTop = top;
    follow();
    seen.dispatchEvent(new CustomEvent("kb:seen", { bubbles: true }));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

/** How many headings stand before a place of the text, those of code blocks aside. */
function headingsBefore(text) {
  let fence = "";
  let count = 0;
  for (const line of text.split("\n")) {
    const mark = line.match(/^\s*(`{3,}|~{3,})/)?.[1][0] ?? "";
    if (mark && (!fence || fence === mark)) fence = fence ? "" : mark;
    else if (!fence && /^#{1,6}\s+\S/.test(line)) count += 1;
  }
  return count;
}

/** Bring the section under the caret into view. */
function follow() {
  if (body.hidden) return; // written section by section, above
  const number = headingsBefore(body.value.slice(0, body.selectionStart));
  const headings = seen.querySelectorAll(".prose > :is(h2, h3, h4, h5, h6)");
  const target = headings[Math.min(number, headings.length) - 1];
  const top = target ? target.getBoundingClientRect().top - seen.getBoundingClientRect().top : 0;
  const wanted = target ? seen.scrollTop + top - 16 : 0;
  const isInView = target && top >= 0 && top < seen.clientHeight / 2;
  if (!isInView && seen.scrollHeight > seen.clientHeight) seen.scrollTo({ top: wanted });
}

form.addEventListener("input", (event) => {
  if (event.target !== form && !SHOWN.includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE_MS);
});
for (const kind of ["click", "keyup"]) body.addEventListener(kind, follow);
seen.addEventListener("click", (event) => {
  // A link of the preview would take the writer away from their text.
  const link = event.target.closest("a");
  if (!link || link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  window.open(link.href, "_blank", "noopener");
});
