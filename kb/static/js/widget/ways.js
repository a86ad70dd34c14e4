// The ways to a person: what is open now, how long it takes, and the letter, which answers every time.
import { BASE, say } from "./page.js";
import { el } from "./elements.js";
import { ask } from "./asking.js";
import { on } from "./events.js";
import { back, fill, isShown, show } from "./views.js";
import { button, outward } from "./rows.js";
import { write } from "./letter.js";

const FRESH_MS = 300_000; // who is there may have gone when the widget is opened again
let last = {};

export async function reach(query = "") {
  const view = show(say("person"));
  return fill(view, async () => {
    const facts = await ask("contact");
    if (!facts.isGood) return [el("p", { role: "alert" }, say("notkept"))];
    if (facts.ways.every((way) => way.kind === "form") && isShown(view)) {
      back(); // a list of one way is a step for nothing
      write(facts, query);
    }
    const list = el("ul", { class: "ways" }, lines(facts, query));
    last = { view, list, query, at: Date.now() };
    return [list];
  });
}

const lines = (facts, query) => facts.ways.map((way) => el("li", {}, offered(way, facts, query)));

async function renew() {
  if (!last.view || !isShown(last.view) || Date.now() - last.at < FRESH_MS) return;
  const facts = await ask("contact").catch(() => ({})); // what was there stays
  if (!facts.isGood) return;
  if (last.list.matches(":focus-within")) last.view.heading.focus();
  last.list.replaceChildren(...lines(facts, last.query));
  last.at = Date.now();
}

on("opened", renew);

function offered(way, facts, query) {
  const href = way.href && new URL(way.href, BASE).href;
  const isDialled = /^(tel|sms|mailto):/.test(way.href);
  const name = () => {
    if (way.kind === "form") return button(way.name, () => write(facts, query), "primary");
    return href && !isDialled ? outward(href, way.name) : way.name;
  };
  const target = isDialled ? el("a", { href }, way.target) : !href && way.target;
  return [
    el("h3", {}, name()),
    target && el("p", { class: "target" }, target),
    way.said && el("p", { class: way.isOpen ? "standing is-open" : "standing" }, way.said),
    way.meanwhile && el("p", {}, way.meanwhile),
    ...way.more.map((words) => el("p", { class: "muted" }, words)),
  ];
}
