// Links to articles: a list to choose from on Ctrl-K, and addresses of this site made into such links.
import { dialog, opened } from "./dialogs.js";
import { ask, body, parsed } from "./draft.js";
import { insert } from "./typing.js";

const WAIT_MS = 120;
const box = dialog("link");
const [query, words] = box.querySelectorAll("input");
const list = box.querySelector("[role=listbox]");
const state = box.querySelector("[data-link-state]");
const options = () => [...list.children];
const chosen = () => list.querySelector('[aria-selected="true"]');
const isElsewhere = (text) => /^(https?:\/\/|mailto:|tel:)\S+$/.test(text);
let [asking, timer] = [new AbortController(), 0];

async function found(text) {
  asking.abort(); // an answer to what was typed before is stale
  asking = new AbortController();
  const answer = await ask(`${body.dataset.picker}?q=${encodeURIComponent(text)}`, asking);
  return answer.kind === "ok" ? [...parsed(answer.html).querySelectorAll("li")] : null;
}

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
  query.value = words.value = body.value.slice(body.selectionStart, body.selectionEnd);
  list.replaceChildren();
  refresh();
  if (!(await opened("link"))) return;
  const text = query.value.trim();
  const place = chosen();
  if (!place && !isElsewhere(text)) return;
  const address = place?.dataset.address ?? text;
  const said = (words.value.trim() || place?.dataset.title || address).replace(/[[\]]/g, "");
  insert(body, `[${said}](${address})`);
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
body.addEventListener("kb:link", pick);
body.addEventListener("paste", async (event) => {
  const text = event.clipboardData.getData("text/plain").trim();
  if (event.clipboardData.files.length || !isElsewhere(text)) return;
  const { selectionStart: start, selectionEnd: end, value } = body;
  const isOwn = text.startsWith(`${location.origin}/`);
  if (!isOwn && start === end) return;
  event.preventDefault();
  const place = isOwn ? (await found(text).catch(() => null))?.[0] : null;
  const selected = value.slice(start, end).replace(/[[\]]/g, "");
  const said = selected || place?.dataset.title;
  insert(body, said ? `[${said}](${place?.dataset.address ?? text})` : text);
});
