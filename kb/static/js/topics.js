// Shows what the request form asks about a topic as soon as one is chosen; without it, “Continue” does.
const form = document.querySelector("[data-letter]");
const topic = document.querySelector("[data-topic]");
const place = document.querySelector("[data-fields]");
const said = new Map(); // what was answered, should somebody come back to a topic

function choose() {
  for (const field of place.querySelectorAll("[name]")) {
    if (field.type !== "radio" || field.checked) said.set(field.name, field.value);
  }
  const asked = document.querySelector(`[data-fields-of="${CSS.escape(topic.value)}"]`);
  place.replaceChildren(...(asked ? [asked.content.cloneNode(true)] : []));
  for (const field of place.querySelectorAll("[name^=field-]")) {
    if (field.type === "radio") field.checked = said.get(field.name) === field.value;
    else field.value = said.get(field.name) ?? "";
  }
}

if (form && topic) {
  if (topic.value && !place.querySelector("[name=asked]")) choose();
  topic.addEventListener("change", choose);
}
