// Lists of articles: links that open here, and on the help site in a new tab if asked so.
import { BASE, say } from "./page.js";
import { el, grown } from "./elements.js";

export const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);

export function link(row, pick) {
  const address = new URL(`${row.locale}/articles/${row.slug}`, BASE).href;
  const open = (event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    pick(row);
  };
  const title = el("a", { href: address, lang: row.locale, onclick: open }, grown([row.title].flat()));
  return title;
}

export function list(rows, pick) {
  return el("ul", { class: "rows" }, rows.map((row) => el("li", {}, entry(row, pick))));
}

export function entry(row, pick) {
  return [
    link(row, pick),
    row.path && el("p", { class: "muted", lang: row.locale }, row.path),
    row.text?.join("") && el("p", { lang: row.locale }, grown(row.text)),
    row.language && el("p", { class: "muted" }, say("elsewhere").replace("{language}", row.language)),
  ];
}

export function outward(address, words) {
  const unseen = el("span", { class: "unseen" }, ` ${say("newtab")}`);
  return el("a", { href: address, target: "_blank", rel: "noopener" }, words, unseen);
}

export function button(words, onclick, kind = "") {
  return el("button", { type: "button", class: kind, onclick }, words);
}
