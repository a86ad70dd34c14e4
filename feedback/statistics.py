"""Intervals for rates, so that three votes are never read like three hundred."""

from dataclasses import dataclass
from math import sqrt

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
