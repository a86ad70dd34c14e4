"""Wordings of one hour that ask about the same: by their stems, by a gap they share, by meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search.analysis import analyzer

NEAR = 0.5  # share of the stems of both that two wordings must have in common

Key = tuple[str, str]
"""(locale, folded words)"""


@dataclass(frozen=True, slots=True)
class Topic:
    """Wordings that belong together; the first, asked most, names them."""

    wordings: tuple[Key, ...]
    gap_id: int | None = None

    @property
    def locale(self) -> str:
        """Return the language of the wording that names it."""
        return self.wordings[0][0]


@lru_cache(maxsize=10_000)
def stems(key: Key) -> frozenset[str]:
    """Return the stems of a wording; of one that has none, its words."""
    locale, normalised = key
    return frozenset(analyzer(locale).asked_terms(normalised)) or frozenset(normalised.split())


def are_near(one: Key, other: Key) -> bool:
    """Tell whether two wordings of one language have half of their stems in common."""
    if one[0] != other[0]:
        return False
    first, second = stems(one), stems(other)
    return len(first & second) >= NEAR * len(first | second)


def topics(
    asked: Mapping[Key, int],
    gaps: Mapping[Key, int] | None = None,
    meanings: Mapping[Key, int] | None = None,
) -> list[Topic]:
    """Group wordings around those asked most; every wording belongs to one topic.

    `asked`: how many asked each. `gaps`: the gap of each wording that has one. `meanings`: labels, equal
    for wordings that mean the same. The same wordings in any order give the same topics.
    """
    known, meant = gaps or {}, meanings or {}
    groups: list[list[Key]] = []
    for key in sorted(asked, key=lambda each: (-asked[each], each)):
        home = next((group for group in groups if _joins(key, group, known, meant)), None)
        if home is None:
            groups.append([key])
        else:
            home.append(key)
    return [Topic(tuple(group), _gap_of(group, known)) for group in groups]


def _joins(
    key: Key, group: Sequence[Key], gaps: Mapping[Key, int], meanings: Mapping[Key, int]
) -> bool:
    """Tell whether a wording asks what the first of a group asks, or has the gap of one of them."""
    leader, gap, meaning = group[0], gaps.get(key), meanings.get(key)
    return (
        are_near(key, leader)
        or (gap is not None and any(gaps.get(each) == gap for each in group))
        or (meaning is not None and meanings.get(leader) == meaning)
    )


def asks(key: Key, wordings: Sequence[Key], gap_of: Mapping[Key, int]) -> bool:
    """Tell whether a wording of another day asks what these ask: one of them, or near one, or of their gap.

    Wider than what joins a topic, so that the past is rather over- than underestimated.
    """
    return key in wordings or key in gap_of or any(are_near(key, each) for each in wordings)


def _gap_of(group: Sequence[Key], gaps: Mapping[Key, int]) -> int | None:
    return next((gaps[each] for each in group if each in gaps), None)
