// Changes a text field as typing would, so that Ctrl-Z takes it back.

/** Put `text` in place of what stands from `start` to `end`, then select from `from` to `to` in it. */
export function replace(field, start, end, text, from = text.length, to = from) {
  if (start === end && !text) return;
  field.focus();
  field.setSelectionRange(start, end);
  const done = text
    ? document.execCommand("insertText", false, text)
    : document.execCommand("delete");
  if (!done) {
    field.setRangeText(text, start, end, "end"); // a browser that knows no such command
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  field.setSelectionRange(start + from, start + to);
}

/** Put `text` in place of the selection. */
export function insert(field, text, from, to) {
  replace(field, field.selectionStart, field.selectionEnd, text, from, to);
}

/** Put a block on lines of its own, with a blank line before and after it where text stands. */
export function insertBlock(field, text, from = text.length, to = from) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const before = value.slice(0, start).replace(/[ \t]+$/, "");
  const after = value.slice(end);
  const lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = !after || after.startsWith("\n\n") ? "\n" : after.startsWith("\n") ? "\n" : "\n\n";
  replace(field, start, end, lead + text + tail, lead.length + from, lead.length + to);
}

/** The lines that the selection touches: where they begin and end. */
export function lines(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const begin = value.lastIndexOf("\n", start - 1) + 1;
  const last = end > start && value[end - 1] === "\n" ? end - 1 : end;
  const stop = value.indexOf("\n", last);
  return { begin, stop: stop < 0 ? value.length : stop };
}
