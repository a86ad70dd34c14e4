"""Two sides that agreed once, put together: pure. Nothing that either wrote is dropped in silence.

What one side changed is taken as it left it; what both changed, and not alike, is a disagreement
for a person to settle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from articles.merging import Agreed, Conflict, Piece, merge_lines, merge_lists
from articles.sync.sides import LISTS, Side


@dataclass(frozen=True, slots=True)
class Base:
    """What both sides said when they last agreed. They need not have said it alike."""

    file: Side
    site: Side


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field that both changed, and not alike."""

    name: str
    file: Any
    site: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What both sides should say. `for_file` are the fields that the file has to change.

    `file_body` is the body for the file. It is not that of the site where they differ by agreement,
    as when the words of the file wait for a review.
    """

    fields: Mapping[str, Any]
    for_file: Mapping[str, Any]
    pieces: tuple[Piece, ...]
    file_body: str
    disagreements: tuple[Disagreement, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nobody has to decide anything."""
        return not self.disagreements and all(isinstance(each, Agreed) for each in self.pieces)

    @property
    def body(self) -> str:
        """The body that both should have; what is in conflict, as the file has it."""
        return "\n".join(
            line
            for piece in self.pieces
            for line in (piece.lines if isinstance(piece, Agreed) else piece.mine)
        )

    @property
    def side(self) -> Side:
        """What the site should say."""
        return Side(self.fields, self.body)

    def decided(self, *, for_the_file: bool) -> "Merged":
        """Return it with each disagreement decided for one side; what was put together stays so."""
        pieces = tuple(
            each if isinstance(each, Agreed) else Agreed(each.mine if for_the_file else each.theirs)
            for each in self.pieces
        )
        right = {each.name: each.file if for_the_file else each.site for each in self.disagreements}
        fields = {n: v for n, v in {**self.fields, **right}.items() if v not in (None, "", [])}
        for_file = dict(self.for_file) if for_the_file else {**self.for_file, **right}
        made = Merged(fields, for_file, pieces, "", ())
        return replace(made, file_body=made.body)


def merge(base: Base | None, file: Side, site: Side) -> Merged:
    """Put two sides together; without a base, whatever differs is a disagreement."""
    fields: dict[str, Any] = {}
    for_file: dict[str, Any] = {}
    disagreements: list[Disagreement] = []
    for name in {**site.fields, **file.fields, **(base.file.fields if base else {})}:
        mine, theirs = file.fields.get(name), site.fields.get(name)
        if same(name, mine, theirs):
            fields[name] = theirs
            continue
        by_file, by_site = _changed(base, name, mine, theirs)
        if by_file and by_site:
            if name in LISTS and base is not None:
                before = base.site.fields.get(name, ())
                value: Any = list(merge_lists(before, mine or (), theirs or ()))
                fields[name] = for_file[name] = value
            else:
                disagreements.append(Disagreement(name, mine, theirs))
                fields[name] = theirs
        elif by_file:
            fields[name] = mine
        else:
            fields[name] = theirs
            if by_site:
                for_file[name] = theirs
    stated = {name: value for name, value in fields.items() if value not in (None, "", [])}
    for_file = {n: v for n, v in for_file.items() if not same(n, v, file.fields.get(n))}
    pieces = _bodies(base, file.body, site.body)
    made = Merged(stated, for_file, pieces, file.body, tuple(disagreements))
    if base is not None and base == Base(
        Side(base.file.fields, file.body), Side(base.site.fields, site.body)
    ):
        return made  # neither has changed its words
    return replace(made, file_body=made.body)


def _changed(base: Base | None, name: str, mine: Any, theirs: Any) -> tuple[bool, bool]:
    """Tell whether the file changed a field, and whether the site did."""
    if base is None:
        return mine is not None, mine is not None
    return (
        not same(name, base.file.fields.get(name), mine),
        not same(name, base.site.fields.get(name), theirs),
    )


def same(name: str, one: Any, other: Any) -> bool:
    """Tell whether two values of a field mean the same; `archived: true` means any date."""
    if name == "archived" and True in (one, other):
        return bool(one) == bool(other)
    return (one or None) == (other or None)


def _bodies(base: Base | None, file: str, site: str) -> tuple[Piece, ...]:
    mine, theirs = file.split("\n"), site.split("\n")
    if file == site:
        return (Agreed(tuple(mine)),)
    if base is None:
        return tuple(_differing(mine, theirs))
    if base.file.body == file:  # words of the site, whether it changed them or not
        return (Agreed(tuple(theirs)),)
    if base.site.body == site:
        return (Agreed(tuple(mine)),)
    return merge_lines("body", base.site.body.split("\n"), mine, theirs)


def _differing(mine: list[str], theirs: list[str]) -> Iterable[Piece]:
    """Yield two texts of which nobody knows what they were: each difference is for a person."""
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for number, (tag, start, end, other, last) in enumerate(matcher.get_opcodes()):
        if tag == "equal":
            yield Agreed(tuple(mine[start:end]))
        else:
            lines = tuple(mine[start:end]), tuple(theirs[other:last])
            yield Conflict(f"body-{number}", (), *lines)
