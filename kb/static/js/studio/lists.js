// Enter goes on with a list, and ends it on an empty item. Tab is left alone: it leaves the text.
import { body } from "./draft.js";
import { insert, lines, replace } from "./typing.js";

const ITEM = /^(\s*)(?:([-*+])|(\d+)([.)]))(\s+)(\[[ xX]\]\s+)?/;

body.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  if (body.selectionStart !== body.selectionEnd) return;
  const { begin, stop } = lines(body);
  const line = body.value.slice(begin, stop);
  const item = line.match(ITEM);
  if (!item || body.selectionStart < begin + item[0].length) return;
  event.preventDefault();
  // A blank line, without which the next paragraph would belong to the last item.
  if (line.length === item[0].length) return replace(body, begin, stop, "\n");
  const [, indent, bullet, number, point, gap, task] = item;
  const marker = bullet ?? `${Number(number) + 1}${point}`;
  insert(body, `\n${indent}${marker}${gap}${task ? "[ ] " : ""}`);
});
