"""What changed on a page as readers see it: the page after, with what came and what is gone marked.

Trees are compared from the outside in: blocks that stayed are found first, blocks alike are compared
inside, down to words. Whoever takes the marks away has the page after, byte for byte.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from articles.studio.publishing.differences import MAX_SIGNS, best_pairs
from articles.studio.publishing.pagetree import (
    Element,
    Node,
    Text,
    disarmed,
    parse,
    without_anchors,
    written,
)
from articles.studio.publishing.pagewords import ATOMS, Leaf, aligned, formatted, leaves_of, steps

MIN_LIKENESS = 0.35  # of the words of two blocks, from which one is taken for the other
MAX_BLOCK_PAIRS = 2_500  # blocks of a change compared with each other
MAX_WORD_PAIRS = 25_000_000  # words of a block; a larger one is shown as gone and come

INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
    ]
)
# Boxes whose kind is said by their attributes: one of another kind is another box.
BOXES = frozenset(["aside", "details", "div", "figure", "section"])

_PICTURE = re.compile(r"<(?:img|svg|picture|video|iframe)\b")


@dataclass(frozen=True, slots=True)
class Labels:
    """What the marks are called by those who do not see colours."""

    added: str = "Added:"
    removed: str = "Removed:"


@dataclass(slots=True)
class Item:
    """A block, or a run of words between blocks, with the white space before it."""

    lead: str
    nodes: list[Node]
    key: str
    block: Element | None = None
    words: str = ""


def compare_pages(before: str, after: str, labels: Labels | None = None) -> str:
    """Return the page `after` with `<ins>` and `<del>`; tags stay balanced."""
    return _Comparer(labels or Labels()).children(parse(before), parse(after))


def _is_inline(node: Node) -> bool:
    if isinstance(node, Text):
        return True
    if node.tag in ATOMS:
        return True
    return node.tag in INLINE and all(_is_inline(child) for child in node.children)


def _items(nodes: Sequence[Node]) -> tuple[list[Item], str]:
    """Return blocks and runs of words between them, and the white space at the end."""
    items: list[Item] = []
    run: list[Node] = []
    lead = ""

    def close() -> None:
        nonlocal run, lead
        if run:
            items.append(_item(lead, run, None))
            run, lead = [], ""

    for node in nodes:
        if isinstance(node, Text) and not run and not node.raw.strip():
            lead += node.raw
        elif _is_inline(node):
            run.append(node)
        else:
            close()
            items.append(_item(lead, [node], node if isinstance(node, Element) else None))
            lead = ""
    close()
    return items, lead


def _item(lead: str, nodes: list[Node], block: Element | None) -> Item:
    html = written(nodes)
    return Item(lead, nodes, without_anchors(html), block, re.sub(r"<[^>]*>", " ", html))


@dataclass(frozen=True, slots=True)
class _Comparer:
    labels: Labels

    def children(self, before: Sequence[Node], after: Sequence[Node]) -> str:
        """Return what an element holds after, compared with what it held before."""
        old, _ = _items(before)
        new, tail = _items(after)
        parts: list[str] = []
        for step in steps([each.key for each in old], [each.key for each in new]):
            come = new[step.low : step.high]
            if step.is_same:
                parts += [each.lead + written(each.nodes) for each in come]
            else:
                parts += self._change(old[step.start : step.end], come)
        return "".join([*parts, tail])

    def _change(self, old: list[Item], new: list[Item]) -> list[str]:
        parts: list[str] = []
        done_old = done_new = 0
        for here, there in [*_pairs(old, new), (len(old), len(new))]:
            parts += [self._gone(each) for each in old[done_old:here]]
            parts += [each.lead + self._come(each) for each in new[done_new:there]]
            if here < len(old):
                parts.append(new[there].lead + self._changed(old[here], new[there]))
            done_old, done_new = here + 1, there + 1
        return parts

    def _changed(self, old: Item, new: Item) -> str:
        if old.block is not None and new.block is not None:
            inside = self.children(old.block.children, new.block.children)
            return f"{new.block.start}{inside}{new.block.end}"
        before = old.nodes if old.block is None else old.block.children
        if new.block is None:
            return self._words(before, new.nodes)
        return f"{new.block.start}{self.children(before, new.block.children)}{new.block.end}"

    def _come(self, item: Item) -> str:
        if item.block is None:
            return self.mark("ins", written(item.nodes))
        return self._marked_block(item.block, "ins", item.block.start)

    def _gone(self, item: Item) -> str:
        if item.block is None:
            return self.mark("del", disarmed(written(item.nodes)))
        start = disarmed(item.block.start)
        cut = -2 if start.endswith("/>") else -1
        return self._marked_block(item.block, "del", f"{start[:cut]} data-removed{start[cut:]}")

    def _marked_block(self, block: Element, tag: str, start: str) -> str:
        items, tail = _items(block.children)
        inside = []
        for each in items:
            if each.block is not None:
                own = each.block.start if tag == "ins" else disarmed(each.block.start)
                inside.append(each.lead + self._marked_block(each.block, tag, own))
            else:
                html = written(each.nodes)
                inside.append(each.lead + self.mark(tag, html if tag == "ins" else disarmed(html)))
        return "".join([start, *inside, tail, block.end])

    def mark(self, tag: str, html: str) -> str:
        """Return words or pictures as come or gone, said in words for those who do not see it."""
        label = self.labels.added if tag == "ins" else self.labels.removed
        seen = "mark-label" if _PICTURE.search(html) else "visually-hidden"
        return f'<{tag} data-mark><span class="{seen}" data-mark>{label} </span>{html}</{tag}>'

    def _words(self, before: list[Node], after: list[Node]) -> str:
        old = [each for each in leaves_of(before) if each.key]
        tokens = leaves_of(after)
        new = [each for each in tokens if each.key]
        if len(old) * len(new) > MAX_WORD_PAIRS:
            gone = self.mark("del", disarmed(written(before)))
            return gone + self.mark("ins", written(after))
        gone_before, come = aligned(old, new)
        return self._write(tokens, gone_before, come, len(new))

    def _write(
        self, tokens: list[Leaf], gone: dict[int, list[Leaf]], come: set[int], leaves: int
    ) -> str:
        parts: list[str] = []
        added: list[str] = []
        index = 0

        def close() -> None:
            if added:
                parts.append(self.mark("ins", "".join(added)))
                added.clear()

        for token in tokens:
            if not token.key:  # a tag: marks begin and end between tags
                close()
                parts.append(token.raw)
                continue
            if index in gone:
                close()
                parts.append(self.mark("del", formatted(gone[index])))
            if index in come:
                added.append(token.raw)
            else:
                close()
                parts.append(token.raw)
            index += 1
        close()
        if leaves in gone:
            parts.append(self.mark("del", formatted(gone[leaves])))
        return "".join(parts)


def _pairs(old: list[Item], new: list[Item]) -> list[tuple[int, int]]:
    """Return which block became which, in order."""
    if len(old) == len(new) == 1 and _is_comparable(old[0], new[0]):
        return [(0, 0)]
    signs = sum(len(each.words) for each in old) * sum(len(each.words) for each in new)
    if len(old) * len(new) > MAX_BLOCK_PAIRS or signs > MAX_SIGNS:
        return []
    return best_pairs(len(old), len(new), lambda here, there: _likeness(old[here], new[there]))


def _likeness(old: Item, new: Item) -> float:
    if not _is_comparable(old, new):
        return 0.0
    found = fuzz.ratio(old.words, new.words) / 100
    return found if found >= MIN_LIKENESS else 0.0


def _is_comparable(old: Item, new: Item) -> bool:
    if old.block is None or new.block is None:
        # Lines of a list stand in paragraphs where one of them is set apart by an empty line.
        return all(each.block is None or each.block.tag == "p" for each in (old, new))
    if old.block.tag != new.block.tag:
        return False
    is_same = without_anchors(old.block.start) == without_anchors(new.block.start)
    return is_same or old.block.tag not in BOXES
