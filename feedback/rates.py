"""The intervals of `feedback.statistics` for whole columns: to the last bit what it gives one by one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback.statistics import MIN_OBSERVATIONS, Z_95

Numbers = NDArray[Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Shares of observations with their intervals, a row each."""

    trials: Numbers
    value: Numbers
    lower: Numbers
    upper: Numbers

    @property
    def is_enough(self) -> Flags:
        """Tell where there are enough observations to conclude anything."""
        enough: Flags = self.trials >= MIN_OBSERVATIONS
        return enough


def wilsons(successes: Numbers, trials: Numbers, z: float = Z_95) -> Rates:
    """Return rates with their Wilson score intervals, as `wilson`; 0 to 1 where there are no trials."""
    if not np.all((successes >= 0) & (successes <= trials)):
        raise ValueError("more successes than trials, or less than none")
    known = trials > 0
    tried = np.where(known, trials, 1)
    share = successes / tried
    spread = z * z / tried
    centre = share + spread / 2
    margin = z * np.sqrt(share * (1 - share) / tried + spread / (4 * tried))
    lower = np.minimum(np.maximum((centre - margin) / (1 + spread), 0.0), share)
    upper = np.maximum(np.minimum((centre + margin) / (1 + spread), 1.0), share)
    return Rates(trials, share, np.where(known, lower, 0.0), np.where(known, upper, 1.0))


def most_of_difference(before: Rates, after: Rates) -> Numbers:
    """Return the upper bound of after - before, as `difference`."""
    up = np.sqrt((after.upper - after.value) ** 2 + (before.value - before.lower) ** 2)
    bound = np.minimum(after.value - before.value + up, 1.0)
    return np.where((before.trials > 0) & (after.trials > 0), bound, 1.0)


def most_of_ratio(before: Numbers, after: Numbers, *, exposure: float, z: float) -> Numbers:
    """Return the upper bound of after ÷ before of two counts, as `ratio`."""
    share = wilsons(after, before + after, z).upper
    rest = np.where(share < 1, 1 - share, 1.0)
    return np.where(share < 1, share / rest / exposure, np.inf)
