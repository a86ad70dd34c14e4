// Enter goes on with a list, and ends it on an empty item. Tab is left alone: it leaves the text.
import { texts } from "./texts.js";
import { insert, lines, replace } from "./typing.js";

const ITEM = /^(\s*)(?:([-*+])|(\d+)([.)]))(\s+)(\[[ xX]\]\s+)?/;

function goOn(event) {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  if (field.selectionStart !== field.selectionEnd) return;
  const { begin, stop } = lines(field);
  const line = field.value.slice(begin, stop);
  const item = line.match(ITEM);
  if (!item || field.selectionStart < begin + item[0].length) return;
  event.preventDefault();
  // A blank line, without which the next paragraph would belong to the last item.
  if (line.length === item[0].length) return replace(field, begin, stop, "\n");
  const [, indent, bullet, number, point, gap, task] = item;
  const marker = bullet ?? `${Number(number) + 1}${point}`;
  insert(field, `\n${indent}${marker}${gap}${task ? "[ ] " : ""}`);
}

for (const each of texts) each.addEventListener("keydown", goOn);
