// One question after a thank-you, and a date in this browser, so that nobody is asked twice.
import { say } from "./page.js";
import { el } from "./elements.js";
import { ask } from "./asking.js";

const ASKED = "kb-asked"; // until when its user is left alone
const DAY_MS = 86_400_000;

// "1" for who was asked; of no use where storage is closed to us, then the server knows as long as it can.
export function wasAsked() {
  try {
    return Number(localStorage.getItem(ASKED)) > Date.now() ? "1" : "";
  } catch {
    return "";
  }
}

export function survey(asked) {
  if (!asked) return "";
  try {
    localStorage.setItem(ASKED, Date.now() + asked.pause * DAY_MS);
  } catch {
    // as above
  }
  const box = el("section", { class: "vote", "aria-labelledby": "kb-survey" });
  const said = (words) => el("p", { id: "kb-survey", tabindex: "-1" }, el("strong", {}, words));
  const send = async (fields, ...next) => {
    const answer = await ask("survey", { token: asked.token, ...fields }).catch(() => ({}));
    box.replaceChildren(said(answer.message ?? say("notkept")), ...(answer.isGood ? next : []));
    box.firstChild.focus();
  };
  const score = ([value, label]) => {
    const name = label && el("span", { class: "unseen" }, `, ${label}`);
    return el("button", { type: "button", class: "score", onclick: () => send({ score: String(value) }, why()) }, String(value), name);
  };
  const why = () => {
    const submit = (event) => {
      event.preventDefault();
      send({ comment: words.value });
    };
    const words = el("textarea", { id: "kb-reason", rows: 2, maxlength: 2000 });
    return el("form", { onsubmit: submit }, el("label", { for: "kb-reason" }, say("reason")), words, el("button", {}, say("send")));
  };
  const scores = el("div", { class: "side", role: "group", "aria-labelledby": "kb-survey" }, asked.scores.map(score));
  box.append(el("h3", { id: "kb-survey" }, asked.question), scores, el("p", { class: "muted", "aria-hidden": "true" }, asked.ends));
  return box;
}
