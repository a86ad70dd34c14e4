// The ways to a person: what is open now, how long it takes, and the letter, which answers every time.
import { BASE, say } from "./page.js";
import { el } from "./elements.js";
import { ask } from "./asking.js";
import { back, fill, isShown, show } from "./views.js";
import { button, outward } from "./rows.js";
import { write } from "./letter.js";

export async function reach(query = "") {
  const view = show(say("person"));
  return fill(view, async () => {
    const facts = await ask("contact");
    if (!facts.isGood) return [el("p", { role: "alert" }, say("notkept"))];
    if (facts.ways.every((way) => way.kind === "form") && isShown(view)) {
      back(); // a list of one way is a step for nothing
      write(facts, query);
    }
    return [el("ul", { class: "ways" }, facts.ways.map((way) => el("li", {}, offered(way, facts, query))))];
  });
}

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
