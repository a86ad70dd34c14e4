// The address follows the title while nobody has chosen another one: the preview tells what it is.
import { form } from "./draft.js";

const slug = form.elements.slug;
let isChosen = false;

slug?.addEventListener("input", (event) => (isChosen ||= event.isTrusted));
document.addEventListener("kb:seen", (event) => {
  const made = event.target.querySelector("[data-slug]")?.dataset.slug;
  if (made && !isChosen && slug) slug.value = made;
});
