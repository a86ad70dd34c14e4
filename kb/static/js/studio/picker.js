// Links to articles: a list to choose from on Ctrl-K.
import { dialog, opened } from "./dialogs.js";
import "./pasting.js"; // what is pasted becomes a link too
import { found, isElsewhere } from "./places.js";
import { text as field, texts } from "./texts.js";
import { insert } from "./typing.js";

const WAIT_MS = 120;
const box = dialog("link");
const [query, words] = box.querySelectorAll("input");
const list = box.querySelector("[role=listbox]");
const state = box.querySelector("[data-link-state]");
const options = () => [...list.children];
const chosen = () => list.querySelector('[aria-selected="true"]');
let timer = 0;

async function refresh() {
  const places = query.value.trim() ? await found(query.value.trim()).catch(() => undefined) : [];
  if (places === undefined) return;
  list.replaceChildren(...(places ?? []));
  for (const [index, row] of options().entries()) row.id = `link-${index}`;
  choose(options()[0]);
  const none = query.value.trim() && !isElsewhere(query.value.trim()) ? state.dataset.none : "";
  state.textContent = places === null ? state.dataset.failed : places.length ? "" : none;
}

function choose(row) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === row));
  query.setAttribute("aria-activedescendant", row?.id ?? "");
  row?.scrollIntoView({ block: "nearest" });
}

async function pick() {
  const { selectionStart: start, selectionEnd: end, value } = field();
  query.value = words.value = value.slice(start, end);
  list.replaceChildren();
  refresh();
  if (!(await opened("link"))) return;
  const text = query.value.trim();
  const place = chosen();
  if (!place && !isElsewhere(text)) return;
  const address = place?.dataset.address ?? text;
  const said = (words.value.trim() || place?.dataset.title || address).replace(/[[\]]/g, "");
  insert(field(), `[${said}](${address})`);
}

query.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, WAIT_MS);
});
query.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !options().length) return;
  event.preventDefault();
  const rows = options();
  choose(rows[(rows.indexOf(chosen()) + step + rows.length) % rows.length]);
});
list.addEventListener("click", (event) => {
  choose(event.target.closest("[role=option]"));
  box.close("insert");
});
for (const each of texts) each.addEventListener("kb:link", pick);
