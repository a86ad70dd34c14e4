"""The shape of the tree of categories: what may stand where, and in which order. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MAX_DEPTH = 4  # levels; deeper than that nobody finds anything, and a phone shows no more


class Step(StrEnum):
    """A move by one place, as a key or a button makes it."""

    UP = "up"
    DOWN = "down"
    INDENT = "indent"  # under the one before it
    OUTDENT = "outdent"  # beside the one above it


class InsideItself(ValueError):
    """A category would lie below itself."""


class TooDeep(ValueError):
    """A category, or what is below it, would lie deeper than `MAX_DEPTH` levels."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a category stands: under which, and as which of those, from 0."""

    id: int
    parent: int | None
    position: int


class Hierarchy:
    """The places of all categories. Positions are told apart by `id` where they are equal."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._parents: dict[int, int | None] = {}
        self._below: dict[int | None, list[int]] = {None: []}
        for place in sorted(places, key=lambda each: (each.position, each.id)):
            self._parents[place.id] = place.parent
            self._below.setdefault(place.parent, []).append(place.id)

    def parent(self, category: int) -> int | None:
        """Return what a category lies under."""
        return self._parents[category]

    def below(self, category: int | None) -> tuple[int, ...]:
        """Return what lies right under a category, or at the root, in order."""
        return tuple(self._below.get(category, ()))

    def within(self, category: int) -> frozenset[int]:
        """Return a category and all below it."""
        found = {category}
        waiting = [category]
        while waiting:
            inside = set(self.below(waiting.pop())) - found
            found |= inside
            waiting += inside
        return frozenset(found)

    def above(self, category: int | None) -> tuple[int, ...]:
        """Return a category and what it lies under, up to the root."""
        found: list[int] = []
        while category is not None and category not in found:
            found.append(category)
            category = self._parents[category]
        return tuple(found)

    def height(self, category: int) -> int:
        """Return how many levels a category and all below it take, 1 for one alone."""
        return 1 + max((self.height(each) for each in self.below(category)), default=0)

    def step(self, category: int, step: Step) -> tuple[int | None, int] | None:
        """Return (parent, index) after a step, None where there is nowhere to go."""
        parent = self._parents[category]
        siblings = self.below(parent)
        index = siblings.index(category)
        if step is Step.UP:
            return (parent, index - 1) if index else None
        if step is Step.DOWN:
            return (parent, index + 1) if index + 1 < len(siblings) else None
        if step is Step.INDENT:
            before = siblings[index - 1] if index else None
            return (before, len(self.below(before))) if before is not None else None
        if parent is None:
            return None
        above = self._parents[parent]
        return above, self.below(above).index(parent) + 1

    def check(self, category: int, parent: int | None) -> None:
        """Raise `InsideItself` or `TooDeep` where a category may not lie under another.

        One that lies too deep already, as an import may have left it, may move as long as it does
        not sink further.
        """
        if parent is not None and parent in self.within(category):
            raise InsideItself
        before = len(self.above(category))
        after = len(self.above(parent)) + 1
        if after > before and after - 1 + self.height(category) > MAX_DEPTH:
            raise TooDeep

    def moved(self, category: int, parent: int | None, index: int) -> tuple[Place, ...]:
        """Return the new places of all whose place changes; see `check` for what it raises.

        `index` counts those beside it without the category itself; beyond the end is the end.
        """
        self.check(category, parent)
        old = self._parents[category]
        left = [each for each in self.below(old) if each != category]
        joined = [each for each in self.below(parent) if each != category]
        joined.insert(max(0, index), category)
        lists = {parent: joined} if parent == old else {old: left, parent: joined}
        return tuple(
            Place(each, above, position)
            for above, order in lists.items()
            for position, each in enumerate(order)
        )
