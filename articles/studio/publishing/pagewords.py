"""The words of a block, compared: what is gone, what came, and the tags around each. Pure."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from articles.studio.publishing.pagetree import (
    Element,
    Node,
    Text,
    disarmed,
    without_anchors,
    written,
)

ATOMS = frozenset(
    [
        "audio",
        "br",
        "button",
        "iframe",
        "img",
        "input",
        "math",
        "object",
        "picture",
        "svg",
        "video",
        "wbr",
    ]
)
_WORDS = re.compile(r"(?:&[#\w]+;|\w)+[^\S\n]*\n?\s*|[^\w\s]\s*|\s+")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Step:
    """From `start` to `end` of the sequence before became `low` to `high` of the one after."""

    is_same: bool
    start: int
    end: int
    low: int
    high: int


def steps(
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    *,
    is_little: Callable[[int], bool] = lambda _place: False,
) -> list[Step]:
    """Return what stayed and, as one change each, all that lies between.

    What stayed alone between two changes changes with them where `is_little` of its place.
    """
    found: list[Step] = []
    codes = list(Indel.opcodes(before, after))
    for place, code in enumerate(codes):
        is_alone = 0 < place < len(codes) - 1 and code.src_end - code.src_start == 1
        is_same = code.tag == "equal" and not (is_alone and is_little(code.src_start))
        if not is_same and found and not found[-1].is_same:
            last = found.pop()
            found.append(Step(False, last.start, code.src_end, last.low, code.dest_end))
        else:
            found.append(
                Step(is_same, code.src_start, code.src_end, code.dest_start, code.dest_end)
            )
    return found


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word, a picture, or (without a key) a tag; `within` are the tags around it."""

    raw: str
    key: tuple[str, ...] = ()
    within: tuple[Element, ...] = ()


def leaves_of(nodes: Sequence[Node], within: tuple[Element, ...] = ()) -> list[Leaf]:
    """Return the words, pictures and tags, in order."""
    around = tuple(without_anchors(each.start) for each in within)
    found: list[Leaf] = []
    for node in nodes:
        if isinstance(node, Text):
            words = _WORDS.findall(node.raw)
            found += [Leaf(each, (each.strip() or " ", *around), within) for each in words]
        elif node.tag in ATOMS:
            html = written([node])
            found.append(Leaf(html, (without_anchors(html), *around), within))
        else:
            found.append(Leaf(node.start))
            found += leaves_of(node.children, (*within, node))
            found.append(Leaf(node.end))
    return found


def aligned(old: list[Leaf], new: list[Leaf]) -> tuple[dict[int, list[Leaf]], set[int]]:
    """Return what is gone by the index of the word it stood before, and the indices that came."""
    numbers: dict[tuple[str, ...], int] = {}

    def number(leaf: Leaf) -> int:
        return numbers.setdefault(leaf.key, len(numbers))

    gone: dict[int, list[Leaf]] = {}
    come: set[int] = set()
    before, after = [number(each) for each in old], [number(each) for each in new]
    for step in steps(before, after, is_little=lambda place: not _LETTER.search(old[place].key[0])):
        if step.is_same:
            continue
        if step.end > step.start:
            gone[step.low] = old[step.start : step.end]
        come.update(range(step.low, step.high))
    return gone, come


def formatted(leaves: list[Leaf]) -> str:
    """Return words that are gone as they were set, leading nowhere."""
    parts: list[str] = []
    around: tuple[Element, ...] = ()
    for leaf in leaves:
        if leaf.within != around:
            parts += [each.end for each in reversed(around)]
            parts += [disarmed(each.start) for each in leaf.within]
            around = leaf.within
        parts.append(disarmed(leaf.raw))
    parts += [each.end for each in reversed(around)]
    return "".join(parts)
