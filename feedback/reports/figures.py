"""A figure as a lead can defend it: with its formula, its counts, its interval and its change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import hypot

from feedback.statistics import MIN_OBSERVATIONS, Rate


class Unit(StrEnum):
    """What a figure's value means."""

    COUNT = "count"
    SHARE = "share"  # 0 to 1
    RATIO = "ratio"
    SCORE = "score"  # NPS, -100 to 100
    SECONDS = "seconds"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report.

    `key` names it in addresses, files and formulas. `value` is None where nothing can be computed.
    `lower` and `upper` are its 95% interval, or the ends of a range. `counts` are the raw counts of
    its formula, by name. `previous` is the same figure of the period compared with. `trials`: on how
    many observations it rests, None for a plain count, which needs none.
    """

    key: str
    unit: Unit
    value: float | None
    counts: Mapping[str, int] = field(default_factory=dict)
    lower: float | None = None
    upper: float | None = None
    trials: int | None = None
    previous: float | None = None
    previous_trials: int | None = None
    previous_lower: float | None = None
    previous_upper: float | None = None

    @property
    def is_too_few(self) -> bool:
        """Tell whether there are too few observations to conclude anything."""
        return self.trials is not None and self.trials < MIN_OBSERVATIONS

    @property
    def change(self) -> float | None:
        """Return value - previous; None where either is missing or too few to tell."""
        few = self.previous_trials is not None and self.previous_trials < MIN_OBSERVATIONS
        if self.value is None or self.previous is None or self.is_too_few or few:
            return None
        return self.value - self.previous

    @property
    def change_interval(self) -> tuple[float, float] | None:
        """Return the 95% interval of the change, from the intervals of both periods.

        The method of variance estimates recovery; of two Wilson intervals it is Newcombe's (1998).
        """
        ends = (self.lower, self.upper, self.previous_lower, self.previous_upper)
        if self.change is None or self.value is None or self.previous is None or None in ends:
            return None
        lower, upper, lower_before, upper_before = (float(each or 0) for each in ends)
        return (
            self.change - hypot(self.value - lower, upper_before - self.previous),
            self.change + hypot(upper - self.value, self.previous - lower_before),
        )

    @property
    def may_be_chance(self) -> bool:
        """Tell whether the change is too small for its interval to leave out none at all."""
        interval = self.change_interval
        return interval is not None and interval[0] <= 0 <= interval[1]


def count(key: str, value: int, previous: int | None = None, **counts: int) -> Figure:
    """Return a plain count."""
    return Figure(key, Unit.COUNT, value, counts or {key: value}, previous=previous)


def share(key: str, rate: Rate, previous: Rate | None = None, **counts: int) -> Figure:
    """Return a rate with its Wilson interval; None for a value without trials."""
    return Figure(
        key,
        Unit.SHARE,
        rate.value if rate.trials else None,
        counts or {"successes": rate.successes, "trials": rate.trials},
        lower=rate.lower,
        upper=rate.upper,
        trials=rate.trials,
        previous=previous.value if previous and previous.trials else None,
        previous_trials=previous.trials if previous else None,
        previous_lower=previous.lower if previous else None,
        previous_upper=previous.upper if previous else None,
    )


def alone(figure: Figure) -> Figure:
    """Return a figure without what it is compared with: the period before was not recorded whole."""
    return replace(
        figure, previous=None, previous_trials=None, previous_lower=None, previous_upper=None
    )
