"""What changed between two texts: line by line, and word by word within the lines that changed.

Pure calculation. Whoever leaves out what is marked as added has the text before; whoever leaves out
what is marked as removed has the text after.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

MIN_LIKENESS = 0.45  # from which a line counts as the other one, changed
MAX_PAIRS = 40_000  # lines of a change compared with each other; more are shown as they are
MAX_SIGNS = 2_000_000_000  # the same in pairs of characters: about a second
MAX_WORD_PAIRS = 4_000_000  # within one line, and the same for ten such lines of a text
CONTEXT = 3  # unchanged lines shown around each change

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that share their fate."""

    text: str
    mark: Mark = Mark.SAME


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text before, of the text after, or of both; lines are numbered from 1."""

    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything happened to the line."""
        return any(each.mark is not Mark.SAME for each in self.pieces) or None in {
            self.before,
            self.after,
        }

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it was removed, added or replaced: no word is the same."""
        return self.is_changed and all(each.mark is not Mark.SAME for each in self.pieces)

    @property
    def old(self) -> tuple[Piece, ...]:
        """Return what stood in the text before."""
        return tuple(each for each in self.pieces if each.mark is not Mark.ADDED)

    @property
    def new(self) -> tuple[Piece, ...]:
        """Return what stands in the text after."""
        return tuple(each for each in self.pieces if each.mark is not Mark.REMOVED)


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged lines that are not shown."""

    lines: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts beside each other. `is_coarse`: some long lines were not compared word by word."""

    lines: tuple[Line, ...]
    is_coarse: bool = False

    @property
    def is_changed(self) -> bool:
        """Tell whether the texts differ."""
        return any(each.is_changed for each in self.lines)


class _Budget:
    """How many words may still be compared with each other."""

    def __init__(self) -> None:
        self.left = 10 * MAX_WORD_PAIRS
        self.is_spent = False

    def takes(self, pairs: int) -> bool:
        """Tell whether so many more may be, and count them."""
        if pairs > min(self.left, MAX_WORD_PAIRS):
            self.is_spent = True
            return False
        self.left -= pairs
        return True


def compare(before: str, after: str) -> Comparison:
    """Return the lines of both texts, those that stayed beside each other."""
    old, new = before.split("\n"), after.split("\n")
    budget = _Budget()
    lines: list[Line] = []
    for start, end, low, high, is_same in _stretches(old, new):
        if is_same:
            lines += [
                Line(start + step + 1, low + step + 1, (Piece(old[start + step]),))
                for step in range(end - start)
            ]
        else:
            lines += _change(old[start:end], new[low:high], start, low, budget)
    return Comparison(tuple(lines), budget.is_spent)


Stretch = tuple[int, int, int, int, bool]


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    """Yield (start, end, start, end, is_same) by turns; empty lines alone hold nothing together."""
    change: list[int] | None = None
    for step in Indel.opcodes(old, new):
        start, end, low, high = step.src_start, step.src_end, step.dest_start, step.dest_end
        is_same = step.tag == "equal" and (
            any(line.strip() for line in old[start:end]) or start == 0 or end == len(old)
        )
        if not is_same:
            change = [change[0], end, change[2], high] if change else [start, end, low, high]
            continue
        if change:
            yield change[0], change[1], change[2], change[3], False
            change = None
        yield start, end, low, high, True
    if change:
        yield change[0], change[1], change[2], change[3], False


def _change(
    old: Sequence[str], new: Sequence[str], start: int, low: int, budget: _Budget
) -> Iterator[Line]:
    """Yield the lines of a change: those alike beside each other, the others as they come."""
    done_old = done_new = 0
    for here, there in [*_pairs(old, new), (len(old), len(new))]:
        for one, other in zip_longest(range(done_old, here), range(done_new, there)):
            gone = None if one is None else Piece(old[one], Mark.REMOVED)
            come = None if other is None else Piece(new[other], Mark.ADDED)
            yield Line(
                None if one is None else start + one + 1,
                None if other is None else low + other + 1,
                tuple(each for each in (gone, come) if each is not None),
            )
        if here < len(old):
            pieces = _words(old[here], new[there], budget)
            yield Line(start + here + 1, low + there + 1, pieces)
        done_old, done_new = here + 1, there + 1


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which line became which, in order, so that the lines are alike as much as can be."""
    signs = sum(map(len, old)) * sum(map(len, new))
    if len(old) * len(new) > MAX_PAIRS or signs > MAX_SIGNS:
        return []
    return best_pairs(len(old), len(new), lambda here, there: _likeness(old[here], new[there]))


def _likeness(old: str, new: str) -> float:
    if not old.strip() or not new.strip():
        return float(old == new) / 10  # two empty lines: a small reason to stand side by side
    found = fuzz.ratio(old, new) / 100
    return found if found >= MIN_LIKENESS else 0.0


def best_pairs(old: int, new: int, likeness: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """Return increasing pairs (here, there) of the greatest total likeness; none is worth 0."""
    worth = [[0.0] * (new + 1) for _ in range(old + 1)]
    alike = [[likeness(here, there) for there in range(new)] for here in range(old)]
    for here in range(old - 1, -1, -1):
        for there in range(new - 1, -1, -1):
            paired = alike[here][there] + worth[here + 1][there + 1] if alike[here][there] else 0.0
            worth[here][there] = max(worth[here + 1][there], worth[here][there + 1], paired)
    found, here, there = [], 0, 0
    while here < old and there < new:
        if worth[here][there] == worth[here + 1][there]:
            here += 1
        elif worth[here][there] == worth[here][there + 1]:
            there += 1
        else:
            found.append((here, there))
            here, there = here + 1, there + 1
    return found


def _words(old: str, new: str, budget: _Budget) -> tuple[Piece, ...]:
    """Return the pieces of a line that became another one."""
    if old == new:
        return (Piece(old),)
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if not budget.takes(len(before) * len(after)):
        return (Piece(old, Mark.REMOVED), Piece(new, Mark.ADDED))
    pieces: list[Piece] = []
    gone = come = ""
    for step in Indel.opcodes(before, after):
        tag, start, end = step.tag, step.src_start, step.src_end
        low, high = step.dest_start, step.dest_end
        same = "".join(before[start:end]) if tag == "equal" else ""
        if same.strip() or (same and not gone and not come):
            pieces += _changed(gone, come)
            gone = come = ""
            pieces.append(Piece(same))
        else:  # a space between two words that changed belongs to both of them
            gone += "".join(before[start:end])
            come += "".join(after[low:high])
    return tuple(pieces + _changed(gone, come))


def _changed(gone: str, come: str) -> list[Piece]:
    pieces = [Piece(gone, Mark.REMOVED), Piece(come, Mark.ADDED)]
    return [each for each in pieces if each.text]


def folded(
    lines: Sequence[Line], *, context: int = CONTEXT, keep: Container[int] = ()
) -> list[Line | Fold]:
    """Return the lines with what is far from any change folded away.

    What is near the lines whose numbers after are in `keep` stays too.
    """
    changed = [index for index, each in enumerate(lines) if each.is_changed or each.after in keep]
    near = {
        index
        for each in changed
        for index in range(max(each - context, 0), min(each + context + 1, len(lines)))
    }
    found: list[Line | Fold] = []
    hidden = 0
    for index, line in enumerate(lines):
        if index not in near:
            hidden += 1
            continue
        if hidden:
            found.append(Fold(hidden))
            hidden = 0
        found.append(line)
    return [*found, Fold(hidden)] if hidden else found
