"""How long people wait: medians and 90th percentiles with their intervals.

Requests that nobody has answered yet have no time, least of all zero: they are counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, lgamma, log, sqrt
from statistics import median

CONFIDENCE = 0.95
HALF, NINE_TENTHS = 0.5, 0.9
FAR = 10  # standard deviations


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of observed lengths of time in seconds, None without any.

    `lower` and `upper` are observations between which the true quantile lies with 95% confidence; None
    where there are too few observations for that.
    """

    value: float | None
    lower: float | None
    upper: float | None
    trials: int


def quantile(seconds: Sequence[float], share: float) -> Quantile:
    """Return the quantile `share` (0 to 1) of times, with its order-statistic interval.

    The number of observations under the true quantile is binomial, whatever their distribution; the
    bounds are the observations at its 2.5% and 97.5% ranks. Source: H. A. David and H. N. Nagaraja,
    "Order Statistics" (3rd edition, 2003), section 7.1.
    """
    ordered = sorted(seconds)
    number = len(ordered)
    if not number:
        return Quantile(None, None, None, 0)
    value = median(ordered) if share == HALF else ordered[ceil(share * number) - 1]
    low, high = _ranks(number, share)
    return Quantile(
        value,
        ordered[low - 1] if low >= 1 else None,
        ordered[high - 1] if high <= number else None,
        number,
    )


def _ranks(number: int, share: float) -> tuple[int, int]:
    """Return the ranks (from 1) of the bounds; 0 or number + 1 where no observation is far enough."""
    tail = (1 - CONFIDENCE) / 2
    low, high, below = 0, number + 1, 0.0
    # Far below the mean nothing adds up to a probability that a float would show.
    start = max(int(number * share - FAR * sqrt(number * share * (1 - share))), 0)
    for count in range(start, number + 1):
        if below <= tail:
            low = count  # P(fewer than `count` lie under the quantile) <= 2.5%
        below += _binomial(count, number, share)
        if below >= 1 - tail:
            high = min(high, count + 1)
            break
    return low, high


def _binomial(count: int, number: int, share: float) -> float:
    ways = lgamma(number + 1) - lgamma(count + 1) - lgamma(number - count + 1)
    return exp(ways + count * log(share) + (number - count) * log(1 - share))
