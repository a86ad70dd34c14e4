"""Intervals for rates, so that three votes are never read like three hundred."""

from dataclasses import dataclass
from math import inf, sqrt

Z_95 = 1.959963984540054  # two-sided 95% quantile of the normal distribution
MIN_OBSERVATIONS = 30  # under this, a report says "too few to tell"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of observations, with the counts that it comes from and its 95% interval."""

    successes: int
    trials: int
    lower: float
    upper: float

    @property
    def value(self) -> float:
        """Return successes / trials, 0 without trials."""
        return self.successes / self.trials if self.trials else 0.0

    @property
    def is_too_few(self) -> bool:
        """Tell whether there are too few observations to conclude anything."""
        return self.trials < MIN_OBSERVATIONS


def wilson(successes: int, trials: int, z: float = Z_95) -> Rate:
    """Return the rate with its Wilson score interval; nothing is known without trials: 0 to 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), p. 209-212.
    Raises `ValueError` unless 0 <= successes <= trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return Rate(0, 0, 0.0, 1.0)
    share = successes / trials
    spread = z * z / trials
    centre = share + spread / 2
    margin = z * sqrt(share * (1 - share) / trials + spread / (4 * trials))
    # Rounding must not push a bound past the rate itself (0 of n has a lower bound of exactly 0).
    lower = min(max((centre - margin) / (1 + spread), 0.0), share)
    upper = max(min((centre + margin) / (1 + spread), 1.0), share)
    return Rate(successes, trials, lower, upper)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much something changed, after - before (or after ÷ before), with its 95% interval."""

    value: float
    lower: float
    upper: float


def difference(before: Rate, after: Rate) -> Difference:
    """Return after - before with the interval that follows from those of the two rates.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998), p. 873-890, method 10. Nothing is known without trials: -1 to 1.
    """
    value = after.value - before.value
    if not before.trials or not after.trials:
        return Difference(value, -1.0, 1.0)
    down = sqrt((after.value - after.lower) ** 2 + (before.upper - before.value) ** 2)
    up = sqrt((after.upper - after.value) ** 2 + (before.value - before.lower) ** 2)
    return Difference(value, max(value - down, -1.0), min(value + up, 1.0))


def ratio(before: int, after: int, *, exposure: float = 1.0, z: float = Z_95) -> Difference:
    """Return after ÷ before of two counts of rare events, with its interval.

    `exposure` is how much more could be counted after than before, 1 for stretches of equal length.
    Given their sum, the later count is binomial, so Wilson's interval of its share gives the bounds.
    """
    share = wilson(after, before + after, z)
    return Difference(
        _odds(share.value, exposure), _odds(share.lower, exposure), _odds(share.upper, exposure)
    )


def _odds(share: float, exposure: float) -> float:
    return share / (1 - share) / exposure if share < 1 else inf
