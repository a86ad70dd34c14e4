"""The steps of a time line: days, weeks or months, as the length of the period asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from feedback.reports.periods import Period

MAX_DAYS_BY_DAY = 31
MAX_DAYS_BY_WEEK = 200


class Step(StrEnum):
    """How long each step of a time line is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the day `first` to the day `last`, both included; not whole where the period cuts it."""

    first: date
    last: date
    is_whole: bool = True


def step_of(period: Period) -> Step:
    """Return the step that shows a period in about thirty points or fewer."""
    if period.days <= MAX_DAYS_BY_DAY:
        return Step.DAY
    return Step.WEEK if period.days <= MAX_DAYS_BY_WEEK else Step.MONTH


def stretches(period: Period, step: Step) -> list[Stretch]:
    """Return the steps of a period; they cover each of its days once.

    Weeks are counted back from the period's last day, so that only the first may be cut. Months are
    those of the calendar; the first and the last may be.
    """
    found: list[Stretch] = []
    begin, day = period.since.date(), period.last_day
    while day >= begin:
        first, last = _around(day, step)
        found.append(Stretch(max(first, begin), day, is_whole=first >= begin and last == day))
        day = first - timedelta(days=1)
    return found[::-1]


def _around(day: date, step: Step) -> tuple[date, date]:
    """Return the first and the last day of the whole step that a day ends, or lies in."""
    if step is Step.DAY:
        return day, day
    if step is Step.WEEK:
        return day - timedelta(days=6), day
    after = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day.replace(day=1), after - timedelta(days=1)


def summed(days: Mapping[date, int], steps: Iterable[Stretch]) -> tuple[int, ...]:
    """Return the sum of each step."""
    return tuple(
        sum(
            days.get(each.first + timedelta(days=offset), 0)
            for offset in range((each.last - each.first).days + 1)
        )
        for each in steps
    )


def place(day: date, steps: Sequence[Stretch]) -> int | None:
    """Return the index of the step that holds a day, None outside all of them."""
    return next((index for index, each in enumerate(steps) if each.first <= day <= each.last), None)
