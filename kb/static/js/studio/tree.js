// Moves categories in place, by buttons, Alt with the arrow keys, or the mouse, and says where they are.
const tree = document.querySelector("[data-tree]");
const said = document.querySelector("[data-tree-said]");
const STEPS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "indent", ArrowLeft: "outdent" };
let dragged = null;

function reveal() {
  document.querySelector("[data-tree-keys]").hidden = false;
  for (const grip of tree.querySelectorAll("[data-grip]")) grip.hidden = false;
}

function focus(id, step = "") {
  const row = tree.querySelector(`[data-category="${id}"] > [data-row]`);
  (row?.querySelector(`[value="${step}"]:not(:disabled)`) || row?.querySelector("a"))?.focus();
}

async function move(form, fields) {
  const item = form.closest("[data-category]");
  const body = new FormData(form);
  Object.entries(fields).forEach((pair) => body.set(...pair));
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-tree]");
    if (!answer.ok || !fresh) throw new Error(answer.status);
    tree.replaceChildren(...fresh.childNodes);
    said.classList.add("visually-hidden");
    said.textContent = page.querySelector(".notices p")?.textContent ?? "";
    document.querySelector(".notices").replaceWith(page.querySelector(".notices"));
    reveal();
    focus(item.dataset.category, fields.step);
  } catch {
    said.classList.remove("visually-hidden");
    said.textContent = tree.dataset.trouble;
  }
}

function zone(row, event) {
  const box = row.getBoundingClientRect();
  const share = (event.clientY - box.top) / box.height;
  return share < 0.3 ? "before" : share > 0.7 ? "after" : "inside";
}

function mark(row, where) {
  for (const each of tree.querySelectorAll("[data-drop]")) delete each.dataset.drop;
  if (row && where) row.dataset.drop = where;
}

if (tree) {
  reveal();
  tree.addEventListener("submit", (event) => {
    event.preventDefault();
    move(event.target, { step: event.submitter.value });
  });
  tree.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    if (!event.altKey || !STEPS[event.key] || !row) return;
    event.preventDefault();
    row.querySelector(`[value="${STEPS[event.key]}"]:not(:disabled)`)?.click();
  });
  tree.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-category]");
    event.dataTransfer.setData("text/plain", dragged.dataset.category);
    event.dataTransfer.effectAllowed = "move";
  });
  tree.addEventListener("dragover", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !dragged || dragged.contains(row)) return mark();
    event.preventDefault();
    mark(row, zone(row, event));
  });
  tree.addEventListener("dragend", () => mark());
  tree.addEventListener("drop", (event) => {
    const row = event.target.closest("[data-row]");
    event.preventDefault();
    const beside = row.parentElement.dataset.category;
    move(dragged.querySelector("form"), { beside, where: zone(row, event) });
  });
}
