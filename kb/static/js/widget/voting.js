// "Did this page help you?", why, and the way to a person for whom it did not help.
import { say } from "./page.js";
import { tell } from "./events.js";
import { el } from "./elements.js";
import { ask } from "./asking.js";
import { button } from "./rows.js";
import { survey, wasAsked } from "./survey.js";

export function vote(article, query, toPerson) {
  const { slug, locale, revision } = article;
  const box = el("section", { class: "vote", "aria-labelledby": "vote" });
  const person = (look) => el("p", { class: "after" }, button(say("person"), toPerson, look)); // before a vote too
  const begin = () => {
    const cast = (helpful) => button(say(helpful), () => send(helpful));
    box.replaceChildren(el("h3", { id: "vote" }, say("helped")), el("p", { class: "side" }, cast("yes"), cast("no")), person("text"));
  };
  const send = async (helpful) => {
    try {
      const answer = await ask("vote", { slug, locale, revision, helpful, q: query, asked: wasAsked() });
      if (answer.isGood) tell("voted", { slug, helpful: helpful === "yes" });
      thank(answer, helpful);
    } catch {
      said(say("notkept"));
    }
  };
  const said = (words) => box.append(el("p", { role: "alert" }, words));
  const thank = (answer, helpful) => {
    const message = el("p", { id: "vote", tabindex: "-1" }, el("strong", {}, answer.message ?? say("notkept")));
    box.replaceChildren(message, person(helpful === "no" ? undefined : "text"), answer.token ? why(answer, helpful) : "", survey(answer.survey));
    message.focus();
  };
  const why = (answer, helpful) => {
    const choice = ([value, label]) =>
      el("label", { class: "choice" }, el("input", { type: "radio", name: "reason", value }), ` ${label}`);
    const words = el("textarea", { name: "comment", id: "comment", rows: 2, maxlength: 2000 });
    const submit = async (event) => {
      event.preventDefault();
      const fields = Object.fromEntries(new FormData(event.target));
      try {
        thank(await ask("vote/details", { ...fields, token: answer.token }), helpful);
      } catch {
        said(say("notkept"));
      }
    };
    return el(
      "form",
      { onsubmit: submit },
      el("fieldset", {}, el("legend", {}, say(helpful === "yes" ? "liked" : "missing")), answer.reasons.map(choice)),
      el("label", { for: "comment" }, say("why")),
      words,
      el("button", {}, say("send")),
    );
  };
  begin();
  return box;
}
