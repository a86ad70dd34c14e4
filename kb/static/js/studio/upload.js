// Pictures and files pasted, dropped or chosen: sent, described, put into the text.
import { dialog, opened } from "./dialogs.js";
import { body, form, heartbeat, parsed } from "./draft.js";
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

async function described(reference, address) {
  const box = dialog("image");
  const alt = box.querySelector("#image-alt");
  const only = box.querySelector("#image-decorative");
  box.querySelector("[data-picture]").src = address;
  [alt.value, alt.required, only.checked] = ["", true, false];
  only.onchange = () => (alt.required = !only.checked);
  if (!(await opened("image"))) return "";
  const words = alt.value.trim().replace(/\[/g, "(").replace(/\]/g, ")");
  return only.checked ? `![](${reference}){.decorative}` : `![${words}](${reference})`;
}

async function add(file) {
  const size = (file.size / 1e6).toLocaleString(language, { maximumFractionDigits: 1 });
  if (file.size > LIMIT_MB * 1e6) return say("tooLarge", file, { size });
  const pulse = await heartbeat();
  if (pulse.kind !== "ok") return say(pulse.kind === "signedOut" ? "signedOut" : "failed", file);
  const answer = await send(file);
  const kept = answer.querySelector("[data-uploaded]");
  const reason = answer.querySelector("[data-reason]")?.textContent;
  if (!kept) return reason ? (state.textContent = `${file.name}: ${reason}`) : say("failed", file);
  const { reference, address, markdown } = kept.dataset;
  const text = "image" in kept.dataset ? await described(reference, address) : markdown;
  if (!text) return say("cancelled", file);
  ("image" in kept.dataset ? insertBlock : insert)(body, text);
  say("done", file);
  setTimeout(() => (state.textContent = ""), SHOWN_MS);
}

async function addAll(files) {
  for (const file of [...files]) await add(file); // in turn: each asks what it shows
}

body.addEventListener("kb:image", () => chooser.click());
chooser.addEventListener("change", () => addAll(chooser.files).then(() => (chooser.value = "")));
body.addEventListener("paste", (event) => {
  // A table copied from an office program brings a picture of itself: its text is what is meant.
  if (!event.clipboardData.files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  addAll(event.clipboardData.files);
});
body.addEventListener("dragover", (event) => event.preventDefault());
body.addEventListener("drop", (event) => {
  if (event.dataTransfer.files.length) event.preventDefault();
  addAll(event.dataTransfer.files);
});
