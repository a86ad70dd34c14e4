// Moves through the rows of a list: J and K, Enter opens, X ticks, / goes to the search.
const rows = [...document.querySelectorAll("[data-row]")];
const seek = document.querySelector("[data-seek]");
const link = (row) => row.querySelector("th a");
const here = () => rows.findIndex((row) => row.contains(document.activeElement));

function go(step) {
  const at = here();
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  link(rows[Math.max(0, Math.min(next, rows.length - 1))])?.focus();
}

const ACTS = {
  j: () => go(1),
  k: () => go(-1),
  x: () => rows[here()]?.querySelector("input")?.click(),
  "/": () => seek?.focus(),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches?.('input:not([type="checkbox"]), textarea, select');
  if (isTyping || event.target.closest?.("dialog")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = ACTS[event.key];
  if (!act || (event.key !== "/" && !rows.length)) return;
  event.preventDefault();
  act();
});
