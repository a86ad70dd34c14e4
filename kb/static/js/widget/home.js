// The first view: the question, what may help on this page, and the way to a person.
import { say } from "./page.js";
import { tell } from "./events.js";
import { el } from "./elements.js";
import { ask } from "./asking.js";
import { announce } from "./shell.js";
import { fill } from "./views.js";
import { list } from "./rows.js";
import { beginning, results } from "./results.js";
import { read } from "./article.js";
import { reach } from "./ways.js";

const KEYS_MS = 120; // a pause between two keys
const field = el("input", { type: "search", id: "kb-q", name: "q", autocomplete: "off", enterkeyhint: "search", maxlength: 300 });
const found = el("div", { class: "found" });
let asking = new AbortController(), facts, timer;

const query = () => field.value.trim();
const toPerson = () => reach(query());
const pick = (row) => read(row, { query: query(), toPerson });

export function home(view, started) {
  facts = started;
  view.heading.replaceChildren(el("label", { for: "kb-q" }, say("question")));
  const form = el("form", { role: "search", class: "search" }, field, el("button", { class: "primary" }, say("find")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (query()) find();
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggestions, KEYS_MS);
  });
  initial();
  return [form, found];
}

// With a finger the first field is left alone: its keys would hide what may help.
export function greet() {
  if (matchMedia("(pointer: fine)").matches) field.focus();
}

export function suggest(rows) {
  facts.suggested = rows;
  if (!query()) initial();
}

function initial() {
  announce("");
  found.replaceChildren(...beginning(facts, { pick, toPerson }));
}

async function suggestions() {
  asking.abort(); // an answer to what was typed before is stale
  if (!query()) return initial();
  asking = new AbortController();
  try {
    const answer = await ask("suggest", { q: query() }, { signal: asking.signal });
    if (answer.rows?.length) found.replaceChildren(el("h3", {}, say("found")), list(answer.rows, pick));
    if (found.isConnected) announce(answer.said ?? "");
  } catch {
    // stale, or no connection: the search says so
  }
}

export function find(words = query()) {
  clearTimeout(timer);
  asking.abort();
  field.value = words;
  found.replaceChildren();
  announce("");
  return fill({ node: found }, async () => {
    const answer = await ask("search", { q: words });
    if (!answer.isGood) return [el("p", { role: "alert" }, say("lost"))];
    tell("searched", { query: words, count: answer.count, isSure: answer.isSure });
    setTimeout(() => found.querySelector("h3")?.focus());
    return results(answer, words, { pick, toPerson });
  });
}
