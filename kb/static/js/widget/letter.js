// The request form: what is typed stays in this tab until it has arrived.
import { say } from "./page.js";
import { el } from "./elements.js";
import { ask, keep, kept } from "./asking.js";
import { show } from "./views.js";
import { arrived } from "./receipt.js";
import { labelled, refuse } from "./fields.js";
import { files } from "./files.js";
import { offering } from "./offers.js";

export function write(facts, subject) {
  const draft = kept().letter ?? {};
  const value = (name) => draft[name] || { subject, email: facts.email }[name] || "";
  const more = el("div");
  const about = (id) => {
    const topic = facts.topics.find((each) => String(each.id) === id);
    more.replaceChildren(...(topic?.fields ?? []).map((each) => labelled({ ...each, value: value(each.name) })));
  };
  const options = facts.topics.map((each) => [String(each.id), each.name]);
  const topic = options.length && labelled({ name: "topic", kind: "choice", label: say("topic"), options, value: value("topic"), none: say("anything") });
  const message = { name: "message", kind: "lines", label: say("message"), hint: say("nosecrets") };
  const email = { name: "email", kind: "email", label: say("email"), hint: say("emailwhy"), most: 254 };
  const trap = el("input", { name: "website", id: "kb-website", tabindex: "-1", autocomplete: "off" });
  const box = el("div", { class: "offers" });
  const trouble = el("p", { class: "error", role: "alert" });
  const form = el(
    "form",
    { novalidate: true },
    labelled({ name: "subject", label: say("subject"), isRequired: true, value: value("subject"), most: 200 }),
    labelled({ ...message, isRequired: true, value: value("message") }),
    box,
    topic,
    more,
    files(facts.files),
    labelled({ ...email, isRequired: true, value: value("email") }),
    el("div", { class: "unseen", "aria-hidden": "true" }, el("label", { for: "kb-website" }, say("empty")), trap),
    trouble,
    el("button", { class: "primary", name: "submit" }, say("sendletter")),
  );
  about(value("topic"));
  form.elements.topic?.addEventListener("change", (event) => about(event.target.value));
  form.addEventListener("input", () => keep({ letter: typed(form) }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, trouble);
  });
  const view = show(say("write"), facts.promise.map((words) => el("p", { class: "muted" }, words)), form);
  offering(form, box, view);
}

const typed = (form) => {
  const { website, file, ...letter } = Object.fromEntries(new FormData(form));
  return letter;
};

async function send(form, trouble) {
  if (form.ariaBusy) return; // a second click is no second letter
  form.ariaBusy = "true";
  trouble.textContent = "";
  try {
    const answer = await ask("contact/send", new FormData(form));
    if (answer.isGood) return arrived(answer);
    refuse(form, answer.wrong ?? {});
    trouble.textContent = answer.message ?? (answer.wrong ? "" : say("notkept"));
  } catch {
    trouble.textContent = say("notkept");
  } finally {
    form.ariaBusy = null;
  }
}
