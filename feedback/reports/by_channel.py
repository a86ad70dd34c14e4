"""The sums of days for one channel, made from the events when a report asks for them.

What is kept added up covers all channels together: numbers of visitors do not add up over channels.
One channel is asked for now and then, so that it is worked out then, day by day, by the very functions
that add up days for good. Of days whose events have been erased, visits and outcomes alone are left.

What a day gave is kept in memory for as long as the day counts no change: a second report, another
page of it, or the same over a longer time reads only what is new.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, func, select

from feedback.days import ReportDay, days_between, span
from feedback.models import Channel, Visit, Vote
from feedback.reports.packs import Rows, joined, packed
from feedback.reports.periods import Period
from feedback.surveys.models import SurveyResponse
from kb.db import db

MOST_BYTES = 24_000_000  # of what days gave, in one process
OVERHEAD = 400  # bytes of what holds a day

T = TypeVar("T")
OfDay = Callable[[Period, Channel], Iterable[tuple[int, ...]]]
"""Gives the rows of one day and channel."""


def each_day(period: Period) -> Iterator[tuple[date, Period]]:
    """Yield the days of a period, the earliest first, each from midnight to midnight."""
    for day in days_between(period.since, period.until):
        stretch = span(day)
        if stretch.since < period.until:
            yield day, stretch


class _Kept(NamedTuple):
    changes: int
    value: Any
    size: int  # bytes


class _Store:
    """What days gave, the oldest first; half of it goes when it has become too much."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Kept] = {}
        self._size = 0

    def get(self, key: Hashable, changes: int | None) -> _Kept | None:
        """Return what a day gave, unless it has changed since."""
        known = self._kept.get(key)
        return known if known is not None and known.changes == changes else None

    def put(self, key: Hashable, kept: _Kept) -> None:
        """Keep what a day gave."""
        self._take(key)
        self._kept[key] = kept
        self._size += kept.size
        if self._size > MOST_BYTES:
            for each in list(self._kept)[: len(self._kept) // 2 + 1]:
                self._take(each)

    def _take(self, key: Hashable) -> None:
        gone = self._kept.pop(key, None)
        self._size -= gone.size if gone is not None else 0


def days(
    name: Hashable,
    of_day: Callable[[Period, Channel], T],
    period: Period,
    channel: Channel,
    *,
    size: Callable[[T], int],
) -> Iterator[tuple[date, T]]:
    """Yield what `of_day` gives for each day of a period; kept under `name` until the day changes.

    The changes are counted before the events are read: one that comes meanwhile makes it old.
    """
    store: _Store = current_app.extensions.setdefault("kb_days_of_channels", _Store())
    changes = _changes(period)
    for day, stretch in each_day(period):
        key, now = (name, channel, day), changes.get(day)
        known = store.get(key, now)
        if known is None:
            value = of_day(stretch, channel)
            known = _Kept(now or 0, value, OVERHEAD + size(value))
            if now is not None:
                store.put(key, known)
        yield day, known.value


def _changes(period: Period) -> dict[date, int]:
    """Return how often each day has changed; days that count no changes are left out."""
    within = ReportDay.day.between(period.since.date(), period.last_day)
    rows = db.session.execute(select(ReportDay.day, ReportDay.changes).where(within))
    return {row.day: row.changes for row in rows}


def rows(of_day: OfDay, width: int, period: Period, channel: Channel) -> Rows:
    """Return what `of_day` gives for each day of a period, as it would have been kept."""

    def pack(stretch: Period, channel: Channel) -> bytes:
        return packed(list(of_day(stretch, channel)), width)

    found = days(_name(of_day), pack, period, channel, size=len)
    return joined(list(found), width)


def _name(of_day: OfDay) -> Hashable:
    if isinstance(of_day, partial):
        return of_day.func, of_day.args, tuple(sorted(of_day.keywords.items()))
    return of_day


def came_through(model: type[Vote | SurveyResponse], channel: Channel) -> ColumnElement[bool]:
    """Return that something was said in a visit of a channel; without a visit, it was on the site."""
    visit: Any = select(Visit.channel).where(Visit.id == model.visit_id).scalar_subquery()
    return func.coalesce(visit, Channel.SITE.value) == channel.value
