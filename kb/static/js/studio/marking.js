// What the buttons of the toolbar do to the text.
import { insert, insertBlock, lines, replace } from "./typing.js";

/** Put marks around the selection, or take them away again. */
export function wrap(field, mark) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const size = mark.length;
  const inside = value.slice(start, end);
  if (value.slice(start - size, start) === mark && value.slice(end, end + size) === mark) {
    return replace(field, start - size, end + size, inside, 0, inside.length);
  }
  insert(field, mark + inside + mark, size, size + inside.length);
}

/** Code: marks within a line, a fence around several lines. */
export function code(field) {
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  if (!chosen.includes("\n")) return wrap(field, "`");
  insertBlock(field, "```\n" + chosen.replace(/\n$/, "") + "\n```");
}

function eachLine(field, change) {
  const { begin, stop } = lines(field);
  const before = field.value.slice(begin, stop);
  const after = change(before.split("\n")).join("\n");
  const caret = field.selectionStart === field.selectionEnd;
  replace(field, begin, stop, after, caret ? after.length : 0, after.length);
}

const MARKER = /^(\s*)(?:[-*+]|\d+[.)])\s+/;

/** Headings of a level; the same again makes it a paragraph. */
export function heading(field, level) {
  const marks = "#".repeat(level) + " ";
  eachLine(field, (all) =>
    all.map((line) => (line.startsWith(marks) ? "" : marks) + line.replace(/^#{1,6}\s+/, "")),
  );
}

/** A list, or the paragraphs again. */
export function list(field, isNumbered) {
  eachLine(field, (all) => {
    const own = isNumbered ? /^\s*\d+[.)]\s+/ : /^\s*[-*+]\s+/;
    const full = all.filter((line) => line.trim());
    const isList = full.length > 0 && full.every((line) => own.test(line));
    let number = 0;
    return all.map((line) => {
      if (!line.trim() && all.length > 1) return line;
      const plain = line.replace(MARKER, "$1");
      if (isList) return plain;
      number += 1;
      return (isNumbered ? `${number}. ` : "- ") + plain;
    });
  });
}

/** A callout around the lines chosen, or an empty one. */
export function callout(field, kind) {
  const { begin, stop } = lines(field);
  const chosen = field.selectionStart === field.selectionEnd ? "" : field.value.slice(begin, stop);
  if (chosen) field.setSelectionRange(begin, stop);
  const quoted = chosen ? chosen.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n") : "> ";
  insertBlock(field, `> [!${kind}]\n${quoted}`);
}

/** A block as it stands, with its first place to fill selected. */
export function block(field, text) {
  const place = text.indexOf("…");
  insertBlock(field, text, place, place + 1);
}
