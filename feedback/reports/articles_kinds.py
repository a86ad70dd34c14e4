"""Whether an article helps those who came with one kind of question and not those with another."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

from feedback.statistics import Rate, difference, wilson

SURE = 0.05  # how often a contrast may be seen where there is none, over all pairs compared


@dataclass(frozen=True, slots=True)
class Led:
    """What came of the visitors whom one wording led to an article.

    `openings`: of them, `answered` found their answer by it. `votes`: of them, `helpful` said yes.
    """

    text: str
    locale: str
    openings: int
    answered: int
    votes: int = 0
    helpful: int = 0


@dataclass(frozen=True, slots=True)
class KindOfQuestion:
    """Wordings that mean the same, the most frequent first, and how well an article answers them."""

    name: str
    locale: str
    wordings: tuple[str, ...]
    answered: Rate
    helpful: Rate

    @property
    def is_too_few(self) -> bool:
        """Tell whether neither votes nor searches are enough to tell."""
        return self.answered.is_too_few and self.helpful.is_too_few


@dataclass(frozen=True, slots=True)
class Contrast:
    """An article is right for one kind of question and wrong for another. `by_votes`: who says so."""

    right: KindOfQuestion
    wrong: KindOfQuestion
    by_votes: bool


def kinds_of_question(led: Sequence[Led], labels: Sequence[int]) -> list[KindOfQuestion]:
    """Return the kinds that `labels` tell apart, the one that led here most often first."""
    groups: dict[int, list[Led]] = defaultdict(list)
    for each, label in zip(led, labels, strict=True):
        groups[label].append(each)
    kinds = [_kind(members) for members in groups.values()]
    return sorted(kinds, key=lambda each: (-each.answered.trials, -each.helpful.trials, each.name))


def _kind(members: Sequence[Led]) -> KindOfQuestion:
    ordered = sorted(members, key=lambda each: (-each.openings, -each.votes, each.text))
    first = ordered[0]
    return KindOfQuestion(
        name=first.text,
        locale=first.locale,
        wordings=tuple(each.text for each in ordered),
        answered=wilson(
            sum(each.answered for each in members), sum(each.openings for each in members)
        ),
        helpful=wilson(sum(each.helpful for each in members), sum(each.votes for each in members)),
    )


def contrast(kinds: Sequence[KindOfQuestion]) -> Contrast | None:
    """Return the surest pair of kinds that an article surely serves differently, else None.

    Votes decide where both kinds have enough of them; else what became of the searches. As every pair
    is looked at, each difference must be that much surer.
    """
    pairs = list(combinations(kinds, 2))
    if not pairs:
        return None
    z = NormalDist().inv_cdf(1 - SURE / 2 / len(pairs))
    found = [each for one, other in pairs if (each := _contrast(one, other, z)) is not None]
    return max(found, key=lambda each: each[0], default=(0.0, None))[1]


def _contrast(
    one: KindOfQuestion, other: KindOfQuestion, z: float
) -> tuple[float, Contrast] | None:
    by_votes = not one.helpful.is_too_few and not other.helpful.is_too_few
    first, second = (one.helpful, other.helpful) if by_votes else (one.answered, other.answered)
    if first.is_too_few or second.is_too_few:
        return None
    changed = difference(_stricter(first, z), _stricter(second, z))
    if changed.lower > 0:
        return changed.lower, Contrast(other, one, by_votes)
    if changed.upper < 0:
        return -changed.upper, Contrast(one, other, by_votes)
    return None


def _stricter(rate: Rate, z: float) -> Rate:
    return wilson(rate.successes, rate.trials, z)
