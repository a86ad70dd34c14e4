// Where the text is written: in one field, or in its sections where a page shows them one by one.
import { body, form } from "./draft.js";

const LINE = /[^\n]*\n|[^\n]+/g;
const parts = [...form.querySelectorAll("[data-part]")];
export const texts = parts.length ? parts : [body];
let last = texts[0];

form.addEventListener("focusin", ({ target }) => {
  if (texts.includes(target)) last = target;
});

/** The field that the toolbar is about: the one that was written in last. */
export function text() {
  return last;
}

/** The sections of a text, cut before each heading outside code, the introduction first. */
export function split(whole) {
  const cut = [""];
  let fence = "";
  for (const line of whole.match(LINE) ?? []) {
    const found = line.match(/^\s{0,3}(`{3,}|~{3,})/)?.[1];
    if (fence) {
      if (found?.startsWith(fence) && !line.trim().replaceAll(fence[0], "")) fence = "";
    } else if (found) fence = found;
    else if (/^#{1,6}\s+\S/.test(line)) cut.push("");
    cut[cut.length - 1] += line;
  }
  return cut;
}

/** The field in which a line of `named` is written, by its number, and where it begins there. */
export function lineAt(named, number) {
  const start = (whole, count) => whole.split("\n", count).join("\n").length + (count ? 1 : 0);
  if (named !== body || !parts.length) return { field: named, start: start(named.value, number - 1) };
  const written = (whole) => split(whole).filter((each) => each.trim());
  const sections = written(body.value);
  let [field, above] = [last, number - 1];
  for (field of parts.filter((each) => each.value.trim())) {
    const own = sections.splice(0, written(field.value).length);
    const height = own.join("").split("\n").length - 1;
    if (above < height || !sections.length) break;
    above -= height;
  }
  return { field, start: Math.min(start(field.value, above), field.value.length) };
}
