// Keeps the whole text in step with its sections, for autosave, and puts the source in to type over.
import { split } from "./texts.js";

const form = document.querySelector("form.translation");
const body = form.elements.body;
const fields = [...form.querySelectorAll('textarea[name="section"]')];
const had = fields.filter((field) => field.value.trim());

const trimmed = (text) => text.replace(/^\n+|\n+$/g, "");

function join() {
  const full = fields.filter((field) => field.value.trim()).map((field) => field.value);
  body.value = full.length ? `${full.map(trimmed).join("\n\n")}\n` : "";
}

/** Words that were kept elsewhere come as one text: each section goes back to its place. */
function spread() {
  const parts = split(body.value).filter((part) => part.trim()).map(trimmed);
  const places = parts.length === had.length ? had : fields;
  for (const field of fields) field.value = "";
  parts.forEach((part, index) => {
    const field = places[Math.min(index, places.length - 1)];
    field.value = field.value ? `${field.value}\n\n${part}` : part;
  });
}

// Before the scripts that keep copies hear of it: they read the whole text.
form.addEventListener(
  "input",
  (event) => {
    if (event.target.name === "section") {
      join();
      form.dispatchEvent(new Event("input")); // the whole text is another, for checks and preview
    } else if (event.target === body) spread();
  },
  { capture: true },
);

for (const button of form.querySelectorAll("[data-copy]")) {
  const field = button.parentElement.querySelector("textarea");
  const show = () => (button.hidden = Boolean(field.value.trim()));
  button.addEventListener("click", () => {
    field.focus();
    field.select();
    // Undo goes on working: the browser takes it for typing.
    document.execCommand("insertText", false, button.dataset.copy);
    show();
  });
  field.addEventListener("input", show);
  show();
}
