// Begins when the widget is opened, and follows the page: its address, its language, what it names.
import { address, learn, locale, say } from "./page.js";
import { on } from "./events.js";
import { el } from "./elements.js";
import { ask, identify } from "./asking.js";
import { isOpen, open, rename } from "./shell.js";
import { fill, forget, show, toBeginning } from "./views.js";
import { find, greet, home, suggest } from "./home.js";

let named = {}; // articles or a title that the page has named itself
let isReady = false;
let place, spoken, begun;

const here = () => ({ page: address(), title: document.title, ...named });

function begin() {
  if (isReady && spoken === locale()) return adapt();
  if (spoken && spoken !== locale()) rename();
  spoken = locale();
  forget();
  place = JSON.stringify(here());
  const view = show(say("help"));
  begun = fill(view, async () => {
    const answer = await ask("start", here());
    if (!answer.isGood) return [el("p", { role: "alert" }, answer.message ?? say("lost"))];
    learn(answer.words);
    isReady = true;
    setTimeout(greet);
    return home(view, answer);
  });
}

// Asks again only where something is different now.
async function adapt() {
  if (!isReady || !isOpen() || JSON.stringify(here()) === place) return;
  place = JSON.stringify(here());
  try {
    const answer = await ask("suggested", here());
    if (answer.isGood) suggest(answer.suggested);
  } catch {
    // what was suggested before stays
  }
}

export async function search(words) {
  open();
  await begun;
  toBeginning();
  if (words) await find(String(words));
}

// A list of articles, a title to search with, or nothing for what the page itself says.
export function suggestFor(what) {
  named = Array.isArray(what) ? { article: what.map(String) } : what ? { title: String(what) } : {};
  adapt();
}

export function know(token) {
  identify(token);
  isReady = false; // what was shown was shown to somebody else
  if (isOpen()) begin();
}

on("opened", begin);
window.navigation?.addEventListener("currententrychange", () => setTimeout(adapt)); // the title comes after
addEventListener("popstate", () => setTimeout(adapt));
