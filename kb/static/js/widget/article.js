// An article, read in place: links between articles stay inside, others open in a new tab.
import { BASE, say } from "./page.js";
import { tell } from "./events.js";
import { el, grown } from "./elements.js";
import { ask } from "./asking.js";
import { shade } from "./shell.js";
import { fill, show } from "./views.js";
import { isPlain, outward } from "./rows.js";
import { follow } from "./timing.js";
import { vote } from "./voting.js";

const ARTICLE = new RegExp(`^${BASE.pathname}([a-z-]+)/articles/([^/]+)$`);

// `after` gives what stands below the text instead of the vote, for articles beside a letter.
export function read(row, { query = "", after, toPerson } = {}) {
  const view = show(grown([row.title ?? ""].flat()));
  return fill(view, async () => {
    const fields = { slug: row.slug, locale: row.locale, rank: row.rank, q: query, offer: after && "1" };
    const article = await ask("article", fields);
    if (!article.isGood) return [el("p", {}, say("gone"))];
    view.heading.textContent = article.title;
    view.heading.lang = article.locale;
    follow(view, article, query);
    tell("article-opened", { slug: article.slug, title: article.title });
    setTimeout(() => goTo(row.anchor)); // once it stands there
    return [text(article, { query, toPerson }), after ? after(article) : vote(article, query, toPerson), foot(article)];
  });
}

function text(article, how) {
  const summary = article.summary && el("p", { class: "summary" }, article.summary);
  const follows = (event) => {
    const found = event.target.closest("a");
    if (!found || !isPlain(event)) return;
    const anchor = found.getAttribute("href") ?? "";
    const [, locale, slug] = found.origin === BASE.origin ? (found.pathname.match(ARTICLE) ?? []) : [];
    if (!anchor.startsWith("#") && !slug) return;
    event.preventDefault();
    if (slug) read({ slug: decodeURIComponent(slug), locale, title: found.textContent, anchor: found.hash.slice(1) }, how);
    else goTo(anchor.slice(1));
  };
  const language = article.language && el("p", { class: "muted" }, say("elsewhere").replace("{language}", article.language));
  return el("div", { class: "prose", lang: article.locale, onclick: follows }, language, summary, grown(article.body));
}

function goTo(anchor) {
  const place = anchor && shade.getElementById(decodeURIComponent(anchor));
  if (!place) return;
  place.tabIndex = -1;
  place.scrollIntoView();
  place.focus({ preventScroll: true });
}

function foot(article) {
  const address = new URL(article.address, BASE).href;
  return el("p", { class: "muted" }, `${article.updated} · `, outward(address, say("whole")));
}
