"""Two texts that grew from one, put together: pure, by lines, and no line of either is lost.

What only one of the two writers changed is taken as they left it. Where both changed the same
lines, and not alike, stands a `Conflict`, for a person to decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from merge3 import Merge3

from articles.publishing import Words

Lines = tuple[str, ...]
TEXTS = ("title", "summary", "body")
LISTS = ("answers", "synonyms", "keywords")


@dataclass(frozen=True, slots=True)
class Agreed:
    """Lines that nobody has to decide on."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that both changed: as they were, and as each has left them."""

    name: str
    base: Lines
    mine: Lines
    theirs: Lines

    @property
    def both(self) -> Lines:
        """Theirs, then mine."""
        return (*self.theirs, *self.mine)


Piece = Agreed | Conflict


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of two versions, field by field."""

    texts: Mapping[str, tuple[Piece, ...]]
    lists: Mapping[str, Lines]
    extra: Mapping[str, object]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What a person has to decide, in the order of the page."""
        return tuple(
            piece for name in TEXTS for piece in self.texts[name] if isinstance(piece, Conflict)
        )

    def words(self, decided: Mapping[str, Lines]) -> Words:
        """Return the words; `decided` gives the lines of each conflict by its name."""
        texts = {
            name: "\n".join(
                line
                for piece in pieces
                for line in (piece.lines if isinstance(piece, Agreed) else decided[piece.name])
            )
            for name, pieces in self.texts.items()
        }
        return Words(
            title=texts["title"],
            summary=texts["summary"],
            body=texts["body"],
            answers=self.lists["answers"],
            synonyms=self.lists["synonyms"],
            keywords=self.lists["keywords"],
            extra=dict(self.extra),
        )


class _Matcher:
    """Compares lines: what is the same at both ends at once, only what is left by difflib.

    Frequent lines, such as blank ones, take difflib minutes in long texts unless it may leave them
    aside (`autojunk`), which it does from 200 lines on.
    """

    def __init__(self, _junk: None, a: Sequence[str], b: Sequence[str]) -> None:
        self.a, self.b = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        """Return (place in a, place in b, length) of what is the same, an empty one at the end."""
        a, b = self.a, self.b
        head = _common(a, b)
        tail = _common(a[head:][::-1], b[head:][::-1])
        middle = SequenceMatcher(None, a[head : len(a) - tail], b[head : len(b) - tail])
        blocks = [(i + head, j + head, n) for i, j, n in middle.get_matching_blocks() if n]
        if head:
            blocks.insert(0, (0, 0, head))
        if tail:
            blocks.append((len(a) - tail, len(b) - tail, tail))
        return [*blocks, (len(a), len(b), 0)]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many lines are the same from the start."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(a), len(b)))


def merge(base: Words, mine: Words, theirs: Words) -> Merged:
    """Put two versions that began as `base` together; `theirs` is the one saved first."""
    texts = {
        name: merge_lines(
            name,
            getattr(base, name).split("\n"),
            getattr(mine, name).split("\n"),
            getattr(theirs, name).split("\n"),
        )
        for name in TEXTS
    }
    lists = {
        name: merge_lists(getattr(base, name), getattr(mine, name), getattr(theirs, name))
        for name in LISTS
    }
    return Merged(texts, lists, theirs.extra)


def merge_lines(
    name: str, base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> tuple[Piece, ...]:
    """Return the pieces of two texts put together, those beside each other joined.

    A line that both still have, yet each took out in another place, would be gone: then nothing is
    put together, and a person decides on the whole.
    """
    pieces = _pieces(name, base, mine, theirs)
    kept = {line for piece in pieces for line in _lines_of(piece)}
    if any(line.strip() and line not in kept for line in set(mine) & set(theirs)):
        return (Conflict(f"{name}-0", tuple(base), tuple(mine), tuple(theirs)),)
    return pieces


def _lines_of(piece: Piece) -> Lines:
    return piece.lines if isinstance(piece, Agreed) else (*piece.mine, *piece.theirs)


def _pieces(
    name: str, base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    number = 0
    merged = Merge3(base, mine, theirs, sequence_matcher=_Matcher)
    for kind, *places in merged.merge_regions():
        if kind == "conflict":
            start, end, mine_start, mine_end, their_start, their_end = places
            pieces.append(
                Conflict(
                    f"{name}-{number}",
                    tuple(base[start:end]),
                    tuple(mine[mine_start:mine_end]),
                    tuple(theirs[their_start:their_end]),
                )
            )
            number += 1
            continue
        source = {"unchanged": base, "same": mine, "a": mine, "b": theirs}[kind]
        lines = tuple(source[places[0] : places[1]])
        if pieces and isinstance(pieces[-1], Agreed):
            lines = pieces.pop().lines + lines  # type: ignore[union-attr]  # told just before
        pieces.append(Agreed(lines))
    return tuple(pieces)


def merge_lists(base: Iterable[str], mine: Iterable[str], theirs: Iterable[str]) -> Lines:
    """Return what either added and nobody took out, in the order of `theirs`, then mine."""
    before, ours, others = tuple(base), tuple(mine), tuple(theirs)
    gone = {each for each in before if each not in ours or each not in others}
    return tuple(each for each in dict.fromkeys((*others, *ours)) if each not in gone)
