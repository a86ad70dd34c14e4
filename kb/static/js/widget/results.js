// What there is before a search, and what it found: the answer first, an honest word where there is none.
import { BASE, locale, say } from "./page.js";
import { el, grown } from "./elements.js";
import { button, entry, link, list, outward } from "./rows.js";

export function results(facts, query, { pick, toPerson }) {
  const heading = el("h3", { tabindex: "-1" }, facts.heading);
  const others = facts.hits.length && facts.answer && el("h4", {}, say("others"));
  const person = !facts.isSure && el("p", {}, button(say("person"), toPerson));
  return [
    heading,
    facts.corrected && el("p", { class: "muted" }, facts.corrected),
    facts.note && el("p", {}, facts.note),
    person,
    facts.answer && quoted(facts.answer, pick),
    others,
    facts.hits.length && list(facts.hits, pick),
    facts.isSure && el("p", { class: "after" }, button(say("person"), toPerson, "text")),
  ].filter(Boolean);
}

function quoted(hit, pick) {
  const words = el("blockquote", { lang: hit.locale }, el("p", {}, grown(hit.text)));
  return el("figure", { class: "answer" }, words, el("figcaption", {}, entry({ ...hit, text: [] }, pick)));
}

export function beginning({ news, suggested, popular }, { pick, toPerson }) {
  const rows = suggested.length ? suggested : popular;
  return [
    ...notices(news, pick),
    ...(rows.length ? [el("h3", {}, say(rows === popular ? "popular" : "suggested")), list(rows, pick)] : []),
    el("p", { class: "after" }, button(say("person"), toPerson)),
    el("p", {}, outward(new URL(`${locale()}/`, BASE).href, say("all"))),
  ];
}

function notices(items, pick) {
  return items.map((each) => {
    const label = each.label && el("strong", {}, `${each.label} · `);
    const more = each.article ? link(each.article, pick) : "";
    const body = el("div", { class: "prose", lang: each.locale }, grown(each.body));
    return el("section", { class: `note ${each.severity}` }, el("h3", { lang: each.locale }, label, each.title), body, more);
  });
}
