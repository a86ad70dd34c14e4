// Addresses pasted into the text: those of this site become links to articles.
import { found, isElsewhere } from "./places.js";
import { texts } from "./texts.js";
import { insert } from "./typing.js";

async function pasted(event) {
  const text = event.clipboardData.getData("text/plain").trim();
  if (event.clipboardData.files.length || !isElsewhere(text)) return;
  const { selectionStart: start, selectionEnd: end, value } = event.target;
  const isOwn = text.startsWith(`${location.origin}/`);
  if (!isOwn && start === end) return;
  event.preventDefault();
  const place = isOwn ? (await found(text).catch(() => null))?.[0] : null;
  const selected = value.slice(start, end).replace(/[[\]]/g, "");
  const said = selected || place?.dataset.title;
  insert(event.target, said ? `[${said}](${place?.dataset.address ?? text})` : text);
}

for (const each of texts) each.addEventListener("paste", pasted);
