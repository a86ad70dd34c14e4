// The letter has arrived: under which reference, what comes next, and where it can be followed.
import { say } from "./page.js";
import { tell } from "./events.js";
import { el } from "./elements.js";
import { keep } from "./asking.js";
import { show, toBeginning } from "./views.js";
import { button, outward } from "./rows.js";

export function arrived(answer) {
  keep({ letter: undefined });
  tell("request-sent", { reference: answer.reference });
  const line = (name, words) => [el("dt", {}, say(name)), el("dd", {}, words)];
  const receipt = el("dl", {}, line("reference", el("strong", {}, answer.reference)), line("answerto", answer.email));
  const follow = answer.follow && outward(answer.follow, say("follow"));
  const said = [...answer.promise, answer.isCopied && say("copied"), follow].map((each) => each && el("p", {}, each));
  toBeginning();
  show(say("arrived"), receipt, said, el("p", {}, button(say("home"), toBeginning)));
}
