"""The Markdown of a letter: a line that ends in a letter ends on the page too."""

import re

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\S")
# Lines whose end means something to Markdown: quotations, tables, headings.
_BLOCK = re.compile(r"\s*(?:[>|#]|$)")
BREAK = "  "


def kept_lines(text: str) -> str:
    """Return Markdown whose single line ends are kept, and whose lists end where their items do.

    Letters are written as letters: "Kind regards," under a list is no part of it. Code stays as it is.
    """
    made: list[str] = []
    fence, in_list = "", False
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        mark = _FENCE.match(line)
        if mark or fence:
            fence = _fence_after(fence, mark.group(1)[0] if mark else "")
            made.append(line)
            continue
        is_item = _ITEM.match(line) is not None
        if in_list and not is_item and line.strip() and not line.startswith((" ", "\t")):
            made.append("")
            in_list = False
        in_list = is_item or (in_list and bool(line.strip()))
        goes_on = not (_BLOCK.match(line) or _BLOCK.match(following) or _ITEM.match(following))
        made.append(line.rstrip() + BREAK if goes_on and not _FENCE.match(following) else line)
    return "\n".join(made)


def _fence_after(fence: str, mark: str) -> str:
    """Return the mark of the code block that runs after a line; empty outside of one."""
    if not fence:
        return mark
    return "" if mark == fence else fence
