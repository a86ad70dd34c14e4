// The number of a line opens the form of a comment below it, with the selected words quoted.
const list = document.querySelector("[data-review]");
const pattern = document.querySelector("template[data-say]");

function quoted(row) {
  const selection = document.getSelection();
  const words = selection.toString().trim();
  if (!words || !row.contains(selection.anchorNode)) return "";
  return `${list.dataset.quoted.replace("…", () => words)} `; // in the quotation marks of the page
}

function opened(row, line) {
  const place = row.querySelector(".said-here");
  let form = place.querySelector("form[data-line-form]");
  if (!form) {
    const holder = document.createElement("template");
    holder.innerHTML = pattern.innerHTML.replaceAll("LINE", line);
    form = holder.content.firstElementChild;
    form.dataset.lineForm = line;
    place.append(form);
  }
  return form;
}

function close(form) {
  const number = form.closest("li").querySelector("a[data-line]");
  form.remove();
  number.focus();
}

if (list && pattern) {
  let selected = "";
  // A click takes the selection away: it is read when the button goes down.
  list.addEventListener("pointerdown", (event) => {
    const link = event.target.closest("a[data-line]");
    selected = link ? quoted(link.closest("li")) : "";
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = link.closest("li");
    const field = opened(row, link.dataset.line).querySelector("textarea");
    if (!field.value) field.value = selected || quoted(row);
    field.focus();
  });
  list.addEventListener("keydown", (event) => {
    const form = event.target.closest("form[data-line-form]");
    if (event.key === "Escape" && form && !form.querySelector("textarea").value.trim()) close(form);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) form.requestSubmit();
  });
}
