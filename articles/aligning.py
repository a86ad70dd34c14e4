"""Two texts beside each other, section by section: the source as it is, and its translation.

Pure calculation. A translation is laid beside the words it was made from by the order of its headings,
and those beside the words of today; so a section that was added to the source leaves a gap in the
translation just where it belongs.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_SECTIONS = 400  # more are laid beside each other by their number alone

_HEADING = re.compile(r"(#{1,6})\s+\S")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
# What stays the same in every language: names of files and articles, numbers, code.
_ANCHORS = re.compile(r"attachment:[0-9a-f]{8}|article:[\w-]+|`[^`\n]+`|\d+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\w+")
GAP = 0.7  # what it costs to leave a section without a partner


@dataclass(frozen=True, slots=True)
class Row:
    """A section of the source now, as it was when it was translated, and in the translation."""

    source: str | None
    before: str | None
    target: str | None


def split(body: str) -> list[str]:
    """Return a text cut before each heading, the introduction first, empty if there is none.

    What it returns, joined, is the text.
    """
    parts = [""]
    fence = ""
    for line in _LINES.findall(body):  # databases and browsers agree on no other end of a line
        found = _FENCE.match(line)
        if fence:
            is_end = found and found[1].startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if is_end else fence
        elif found:
            fence = found[1]
        elif _HEADING.match(line):
            parts.append("")
        parts[-1] += line
    return parts


def join(parts: Sequence[str]) -> str:
    """Return sections as one text, a blank line between them; empty ones are left out."""
    full = [each.strip("\r\n") for each in parts if each.strip()]
    return "\n\n".join(full) + "\n" if full else ""


def composed(parts: Sequence[str], stored: str) -> str:
    """Return the text of the sections that were sent; `stored` itself where nothing was changed."""
    sent = [_even(each) for each in parts]
    known = [_even(each) for each in split(stored)]
    return stored if _said(sent) == _said(known) else join(sent)


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _said(parts: Sequence[str]) -> list[str]:
    return [each.strip() for each in parts if each.strip()]


def skeleton(body: str) -> str:
    """Return the structure of a text without its prose: headings, pictures and films, in order."""
    kept = []
    for part in split(body):
        lines = part.splitlines()
        if lines and _HEADING.match(lines[0]):
            kept.append(lines[0])
        kept += [line.strip() for line in lines[1 if kept else 0 :] if _is_picture(line.strip())]
    return "\n\n".join(kept) + "\n" if kept else ""


def _is_picture(line: str) -> bool:
    return bool(re.fullmatch(r"!\[[^\]]*\]\([^)]*\)(\{[^}]*\})?", line))


def align(before: Sequence[str] | None, now: Sequence[str], target: Sequence[str]) -> list[Row]:
    """Return the rows of a page with both texts, each in its order.

    `before` is what was translated, None where nobody knows or nothing has changed.
    """
    if before is None:
        return [
            Row(now[a] if a is not None else None, None, target[b] if b is not None else None)
            for a, b in pairs(now, target, foreign_cost)
        ]
    changes = pairs(before, now, same_language_cost)
    renderings = pairs(before, target, foreign_cost)
    rows: list[Row] = []
    while changes or renderings:
        is_new = bool(changes) and changes[0][0] is None
        is_extra = bool(renderings) and renderings[0][0] is None
        taken = changes.pop(0)[1] if is_new or not is_extra else None
        old: int | None = None
        rendered: int | None = None
        if is_extra:
            rendered = renderings.pop(0)[1]
        elif not is_new:
            old, rendered = renderings.pop(0)
        row = Row(_at(now, taken), _at(before, old), _at(target, rendered))
        if row.source is not None or row.target is not None:
            rows.append(row)
    return rows


def _at(parts: Sequence[str], index: int | None) -> str | None:
    return parts[index] if index is not None else None


Cost = Callable[[str, str], float]


def pairs(
    left: Sequence[str], right: Sequence[str], cost: Cost
) -> list[tuple[int | None, int | None]]:
    """Return which sections belong together, in the order of both, as cheaply as it can be done.

    The introductions always do.
    """
    if len(left) > MAX_SECTIONS or len(right) > MAX_SECTIONS:
        return _by_number(len(left), len(right))
    best = [[math.inf] * (len(right) + 1) for _ in range(len(left) + 1)]
    best[0][0] = 0.0
    for a in range(len(left) + 1):
        for b in range(len(right) + 1):
            if a and b:
                together = 0.0 if a == b == 1 else cost(left[a - 1], right[b - 1])
                best[a][b] = min(best[a][b], best[a - 1][b - 1] + together)
            if a:
                best[a][b] = min(best[a][b], best[a - 1][b] + GAP)
            if b:
                best[a][b] = min(best[a][b], best[a][b - 1] + GAP)
    return _walked(best, left, right, cost)


def _walked(
    best: list[list[float]], left: Sequence[str], right: Sequence[str], cost: Cost
) -> list[tuple[int | None, int | None]]:
    found: list[tuple[int | None, int | None]] = []
    a, b = len(left), len(right)
    while a or b:
        together = math.inf
        if a and b:
            together = 0.0 if a == b == 1 else cost(left[a - 1], right[b - 1])
        if a and b and best[a][b] == best[a - 1][b - 1] + together:
            a, b = a - 1, b - 1
            found.append((a, b))
        elif a and best[a][b] == best[a - 1][b] + GAP:
            a -= 1
            found.append((a, None))
        else:
            b -= 1
            found.append((None, b))
    return found[::-1]


def _by_number(left: int, right: int) -> list[tuple[int | None, int | None]]:
    return [
        (index if index < left else None, index if index < right else None)
        for index in range(max(left, right))
    ]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What two sections are compared by."""

    level: int
    heading: str
    length: int
    anchors: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=2_048)
def _shape(part: str) -> _Shape:
    first, _, _ = part.partition("\n")
    found = _HEADING.match(first)
    return _Shape(
        level=len(found[1]) if found else 0,
        heading=first.strip() if found else "",
        length=len(part),
        anchors=frozenset(_ANCHORS.findall(part)),
        words=frozenset(word.casefold() for word in _WORDS.findall(part)),
    )


def foreign_cost(one: str, other: str) -> float:
    """Return how little a section looks like another in a different language, 0 and up.

    By the level of the heading, by what no language changes, and by length, of which translations
    keep about the same (W. A. Gale and K. W. Church, "A program for aligning sentences", 1993).
    """
    left, right = _shape(one), _shape(other)
    apart = 0.6 * abs(left.level - right.level)
    apart += 0.3 * abs(math.log((left.length + 40) / (right.length + 40)))
    if left.anchors or right.anchors:
        apart += 0.5 * (1 - _likeness(left.anchors, right.anchors))
    return apart


def same_language_cost(one: str, other: str) -> float:
    """Return how little a section looks like a later one of the same text, 0 and up."""
    left, right = _shape(one), _shape(other)
    if left == right and one == other:
        return 0.0
    apart = 0.2 * abs(left.level - right.level) + (1 - _likeness(left.words, right.words))
    return apart + (0.0 if left.heading == right.heading else 0.45)


def _likeness(left: frozenset[str], right: frozenset[str]) -> float:
    union = len(left | right)
    return len(left & right) / union if union else 1.0
