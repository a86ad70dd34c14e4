"""The sums of days for one channel, made from the events when a report asks for them.

What is kept added up covers all channels together: numbers of visitors do not add up over channels.
One channel is asked for now and then, so that it is worked out then, day by day, by the very functions
that add up days for good. Of days whose events have been erased, visits and outcomes alone are left.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from feedback.days import days_between, span
from feedback.models import Channel, Visit, Vote
from feedback.reports.packs import Rows, joined, packed
from feedback.reports.periods import Period
from feedback.surveys.models import SurveyResponse

OfDay = Callable[[Period, Channel], Iterable[tuple[int, ...]]]
"""Gives the rows of one day and channel."""


def each_day(period: Period) -> Iterator[tuple[date, Period]]:
    """Yield the days of a period, the earliest first, each from midnight to midnight."""
    for day in days_between(period.since, period.until):
        stretch = span(day)
        if stretch.since < period.until:
            yield day, stretch


def rows(of_day: OfDay, width: int, period: Period, channel: Channel) -> Rows:
    """Return what `of_day` gives for each day of a period, as it would have been kept."""
    found: list[tuple[date, bytes]] = []
    for day, stretch in each_day(period):
        own: Sequence[tuple[int, ...]] = list(of_day(stretch, channel))
        found.append((day, packed(own, width)))
    return joined(found, width)


def came_through(model: type[Vote | SurveyResponse], channel: Channel) -> ColumnElement[bool]:
    """Return that something was said in a visit of a channel; without a visit, it was on the site."""
    visit: Any = select(Visit.channel).where(Visit.id == model.visit_id).scalar_subquery()
    return func.coalesce(visit, Channel.SITE.value) == channel.value
