"""CSAT and NPS from their scores, with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from feedback.statistics import Z_95, Rate, wilson

POSITIVE = (4, 5)  # of 1 to 5
PROMOTERS = (9, 10)  # of 0 to 10
PASSIVES = (7, 8)
DETRACTORS = tuple(range(7))


@dataclass(frozen=True, slots=True)
class Nps:
    """Promoters less detractors in points, -100 to 100, with its 95% interval; 0 without answers."""

    promoters: int
    passives: int
    detractors: int
    lower: float
    upper: float

    @property
    def answers(self) -> int:
        """Return how many answered."""
        return self.promoters + self.passives + self.detractors

    @property
    def value(self) -> float:
        """Return % promoters - % detractors."""
        return 100 * (self.promoters - self.detractors) / self.answers if self.answers else 0.0


def csat(scores: Mapping[int, int]) -> Rate:
    """Return the share of positive answers (4 or 5) from how often each score was given."""
    return wilson(sum(scores.get(each, 0) for each in POSITIVE), sum(scores.values()))


def nps(scores: Mapping[int, int]) -> Nps:
    """Return the score from how often each of 0 to 10 was given.

    The interval is the adjusted Wald one: three answers are added, ¾ promoters, 1½ passives and ¾
    detractors, so that a few answers that agree do not look certain. Source: B. Rocks, "Interval
    estimation for the Net Promoter Score", The American Statistician 70 (2016), p. 365-372.
    """
    promoters = sum(scores.get(each, 0) for each in PROMOTERS)
    passives = sum(scores.get(each, 0) for each in PASSIVES)
    detractors = sum(scores.get(each, 0) for each in DETRACTORS)
    total = promoters + passives + detractors + 3
    pro, contra = (promoters + 0.75) / total, (detractors + 0.75) / total
    centre = pro - contra
    margin = Z_95 * sqrt((pro + contra - centre * centre) / total)
    bare = Nps(promoters, passives, detractors, 0, 0)
    # The interval is drawn towards the middle; it must not leave out the score itself.
    lower = max(min(100 * (centre - margin), bare.value), -100.0)
    upper = min(max(100 * (centre + margin), bare.value), 100.0)
    return Nps(promoters, passives, detractors, lower, upper)
