// Files of the letter: each is sent at once, and can be taken back.
import { say } from "./page.js";
import { el } from "./elements.js";
import { ask } from "./asking.js";
import { button } from "./rows.js";

export function files(limits) {
  const status = el("p", { role: "status", class: "muted" });
  const sent = el("ul", { class: "rows" });
  const input = el("input", { type: "file", id: "kb-files", multiple: true, "aria-describedby": "kb-files-said" });
  status.id = "kb-files-said";
  input.addEventListener("change", async () => {
    const refusals = new Set(); // one that was refused is still said when the next has arrived
    for (const file of [...input.files]) {
      status.textContent = say("uploading");
      refusals.add(await one(file, sent, limits));
    }
    status.textContent = [...refusals].filter(Boolean).join(" ");
    input.value = "";
  });
  const label = el("label", { for: "kb-files" }, say("files"), el("span", { class: "muted" }, ` ${say("optional")}`));
  return el("div", { class: "field" }, label, input, status, sent);
}

// Returns why a file was not taken; nothing where it was.
async function one(file, sent, limits) {
  if (file.size > limits.largest) return limits.tooLarge.replace("{name}", file.name);
  if (sent.children.length >= limits.most) return limits.tooMany;
  const body = new FormData();
  body.append("file", file);
  try {
    const answer = await ask("contact/files", body, { signal: null }); // it may take its time
    if (!answer.key) return answer.message ?? say("notkept");
    const line = el("li", { class: "side" }, el("input", { type: "hidden", name: "file", value: answer.key }));
    const remove = () => {
      ask("contact/files/remove", { file: answer.key }).catch(() => {}); // unsent files go by themselves
      line.remove();
    };
    line.append(`${file.name} `, button(say("remove"), remove, "text"));
    sent.append(line);
    return "";
  } catch {
    return say("notkept");
  }
}
