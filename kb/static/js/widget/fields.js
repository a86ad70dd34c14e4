// Fields of the letter, each tied to its label, its hint and what is wrong with it.
import { say } from "./page.js";
import { el } from "./elements.js";

const TYPES = { number: "text", date: "date", email: "email", text: "text" };

export function labelled({ name, kind = "text", label, hint, isRequired, options, value = "", most, none = say("choose") }) {
  const id = `kb-${name}`;
  const error = el("p", { class: "error", id: `${id}-error`, hidden: true });
  const described = [hint && `${id}-hint`, error.id].filter(Boolean).join(" ");
  const common = { id, name, "aria-describedby": described, "aria-required": isRequired && "true" };
  const input = made(kind, common, options, most, none);
  input.value = value;
  const optional = !isRequired && el("span", { class: "muted" }, ` ${say("optional")}`);
  const told = hint && el("p", { class: "muted", id: `${id}-hint` }, hint);
  return el("div", { class: "field" }, el("label", { for: id }, label, optional || ""), input, told, error);
}

function made(kind, common, options, most, none) {
  const several = kind === "yes-no" ? [["yes", say("yes")], ["no", say("no")]] : options;
  if (kind === "lines") return el("textarea", { ...common, rows: 4, maxlength: most });
  if (kind !== "choice" && kind !== "yes-no") {
    const more = { number: { inputmode: "decimal" }, email: { autocomplete: "email" } }[kind];
    return el("input", { ...common, type: TYPES[kind], autocomplete: "off", maxlength: most, ...more });
  }
  const choices = [["", none], ...several].map(([value, words]) => new Option(words, value));
  return el("select", common, choices);
}

// Shows what is wrong beside each field and goes to the first of them.
export function refuse(form, wrong) {
  for (const each of form.querySelectorAll(".error")) each.hidden = true;
  let first;
  for (const input of form.elements) {
    const words = wrong[input.name];
    input.toggleAttribute?.("aria-invalid", false);
    if (!words) continue;
    input.setAttribute("aria-invalid", "true");
    const error = form.querySelector(`#${CSS.escape(input.id)}-error`);
    Object.assign(error, { hidden: false, textContent: words });
    first ??= input;
  }
  first?.focus();
}
