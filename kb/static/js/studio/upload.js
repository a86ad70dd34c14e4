// Pictures and files pasted, dropped or chosen: sent, described, put into the text.
import { described } from "./describing.js";
import { body, form, heartbeat, parsed } from "./draft.js";
import { text, texts } from "./texts.js";
import { insert, insertBlock } from "./typing.js";

const [LIMIT_MB, SHOWN_MS] = [20, 8000];
const language = document.documentElement.lang;
const percent = new Intl.NumberFormat(language, { style: "percent" });
const chooser = document.querySelector("[data-choose-file]");
const state = document.querySelector("[data-upload]");

function say(kind, { name }, values = {}) {
  const shown = { name, limit: LIMIT_MB, ...values };
  state.textContent = state.dataset[kind].replace(/\{(\w+)\}/g, (_, name) => shown[name] ?? "");
}

function send(file) {
  const data = new FormData();
  data.set("file", file, file.name || "picture.png");
  const request = new XMLHttpRequest(); // fetch tells nothing of what is sent already
  request.open("POST", body.dataset.uploads);
  request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
  request.setRequestHeader("X-Requested-With", "fetch");
  request.upload.addEventListener("progress", (event) => {
    const share = event.lengthComputable ? percent.format(event.loaded / event.total) : "…";
    say("sending", file, { share });
  });
  return new Promise((settle) => {
    request.addEventListener("loadend", () => settle(parsed(request.responseText)));
    request.send(data);
  });
}

async function add(file, field) {
  const size = (file.size / 1e6).toLocaleString(language, { maximumFractionDigits: 1 });
  if (file.size > LIMIT_MB * 1e6) return say("tooLarge", file, { size });
  const pulse = await heartbeat();
  if (pulse.kind !== "ok") return say(pulse.kind === "signedOut" ? "signedOut" : "failed", file);
  const answer = await send(file);
  const kept = answer.querySelector("[data-uploaded]");
  const reason = answer.querySelector("[data-reason]")?.textContent;
  if (!kept) return reason ? (state.textContent = `${file.name}: ${reason}`) : say("failed", file);
  const { reference, address, markdown } = kept.dataset;
  const line = "image" in kept.dataset ? await described(reference, address) : markdown;
  if (!line) return say("cancelled", file);
  ("image" in kept.dataset ? insertBlock : insert)(field, line);
  say("done", file);
  setTimeout(() => (state.textContent = ""), SHOWN_MS);
}

async function addAll(files, field) {
  for (const file of [...files]) await add(file, field); // in turn: each asks what it shows
}

chooser.addEventListener("change", () =>
  addAll(chooser.files, text()).then(() => (chooser.value = "")),
);
for (const field of texts) {
  field.addEventListener("kb:image", () => chooser.click());
  field.addEventListener("paste", (event) => {
    // A table copied from an office program brings a picture of itself: its text is what is meant.
    if (!event.clipboardData.files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    addAll(event.clipboardData.files, field);
  });
  field.addEventListener("dragover", (event) => event.preventDefault());
  field.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) event.preventDefault();
    addAll(event.dataTransfer.files, field);
  });
}
