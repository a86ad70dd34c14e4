// Asks what a picture shows, before it comes into the text.
import { dialog, opened } from "./dialogs.js";

/** The Markdown of the picture with its alternative text; "" where it was left out. */
export async function described(reference, address) {
  const box = dialog("image");
  const alt = box.querySelector("#image-alt");
  const only = box.querySelector("#image-decorative");
  box.querySelector("[data-picture]").src = address;
  [alt.value, alt.required, only.checked] = ["", true, false];
  only.onchange = () => (alt.required = !only.checked);
  if (!(await opened("image"))) return "";
  const words = alt.value.trim().replace(/\[/g, "(").replace(/\]/g, ")");
  return only.checked ? `![](${reference}){.decorative}` : `![${words}](${reference})`;
}
