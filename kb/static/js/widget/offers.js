// The articles that may answer a letter while it is being written: read in place, no word lost.
import { say } from "./page.js";
import { el } from "./elements.js";
import { ask } from "./asking.js";
import { announce } from "./shell.js";
import { backTo, show, toBeginning } from "./views.js";
import { button, link } from "./rows.js";
import { survey, wasAsked } from "./survey.js";
import { read } from "./article.js";

const WORDS_MS = 500; // between two words
const MIN_CHARACTERS = 3;

export function offering(form, box, letter) {
  let shown = "";
  let asking = new AbortController();
  let timer;
  async function offer() {
    asking.abort(); // an answer to what was typed before is stale
    asking = new AbortController();
    const [subject, message] = ["subject", "message"].map((name) => form.elements[name].value.trim());
    if ((subject + message).length < MIN_CHARACTERS) return;
    try {
      const { signal } = asking;
      const found = await ask("contact/suggestions", { subject, message }, { signal });
      const rows = found.offers ?? [];
      const names = rows.map((each) => each.slug).join(" ");
      if (names === shown || box.matches(":focus-within")) return; // what is in use stays where it is
      shown = names;
      box.replaceChildren(...(rows.length ? [el("h3", {}, found.heading), listed(rows, letter)] : []));
      if (box.isConnected) announce(found.heading ?? "");
      form.elements.submit.textContent = say(rows.length ? "sendanyway" : "sendletter");
    } catch {
      // stale, or no connection: the letter can be written all the same
    }
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, WORDS_MS);
  });
  if (form.elements.subject.value) offer();
}

function listed(rows, letter) {
  const after = (row) => closing(row, letter);
  const open = (row) => read(row, { after });
  return el("ul", { class: "rows" }, rows.map((row) => el("li", {}, link(row, open), after(row))));
}

// "This answers my question": the letter is not sent, and stays as it is for who still wants to write.
function closing(row, letter) {
  const words = [say("answers"), el("span", { class: "unseen" }, `: ${[row.title].flat().join("")}`)];
  return el("p", {}, button(words, () => thanks(row, letter)));
}

async function thanks(row, letter) {
  const view = show(
    say("glad"),
    el("p", {}, say("notsent")),
    el("p", { class: "target" }, link(row, () => read(row, { toPerson: () => backTo(letter) }))),
    el("p", { class: "side" }, button(say("home"), toBeginning), button(say("stillwrite"), () => backTo(letter), "text")),
  );
  const fields = { slug: row.slug, locale: row.locale, asked: wasAsked() };
  const answer = await ask("contact/answered", fields).catch(() => ({})); // they have their answer
  view.node.append(survey(answer.survey));
}
