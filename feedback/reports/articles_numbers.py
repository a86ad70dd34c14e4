"""The numbers of articles over a stretch of days, from their daily sums."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter

import numpy as np
from sqlalchemy import func, select

from articles.models import Translation
from feedback.models import Channel
from feedback.reports import by_channel
from feedback.reports.articles_days import again_in, counted_in
from feedback.reports.articles_models import COUNTED, ArticleAgain, ArticleDay
from feedback.reports.articles_signs import Numbers
from feedback.reports.packs import Rows, lines, read, stretches
from feedback.reports.periods import Period
from feedback.reports.rollup_models import VisitDay
from kb.db import db

WIDTH = 1 + len(COUNTED)


def first_and_last(period: Period) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    return period.since.date(), period.last_day


def numbers(
    period: Period, translation_id: int | None = None, channel: Channel | None = None
) -> dict[int, Numbers]:
    """Return the numbers of each article with any, or of one; readers count once however often they came."""
    rows, again = _sums(period, channel), _again(period, channel)
    if translation_id is not None:
        rows, again = rows.having(0, [translation_id]), again.having(0, [translation_id])
    size = max(rows.size, again.size)
    sums = [rows.total(column, size) for column in range(1, WIDTH)]
    sums[COUNTED.index("readers")] -= again.total(2, size)
    found = set(np.unique(rows[0]).tolist()) & set(db.session.scalars(select(Translation.id)))
    return {each: Numbers(*(int(sum_of[each]) for sum_of in sums)) for each in sorted(found)}


def _sums(period: Period, channel: Channel | None) -> Rows:
    if channel:
        return by_channel.rows(counted_in, WIDTH, period, channel)
    first, last = first_and_last(period)
    return read(ArticleDay.counts, WIDTH, since=first, until=last)


def _again(period: Period, channel: Channel | None) -> Rows:
    """Return the readers of a day who had come before within the stretch."""
    first, last = first_and_last(period)
    rows = (
        by_channel.rows(again_in, 3, period, channel)
        if channel
        else read(ArticleAgain.counts, 3, since=first, until=last)
    )
    return rows.where(rows[1] >= first.toordinal())


def last_read(until: date) -> dict[int, date]:
    """Return the last day up to `until` on which each article was read."""
    rows = read(ArticleDay.counts, WIDTH, until=until)
    rows = rows.where(rows[1 + COUNTED.index("views")] > 0)
    latest = np.zeros(int(rows[0].max(initial=0)) + 1, dtype=np.int64)
    latest[rows[0]] = rows.days  # the earliest first, so that the last of each stays
    (read_ones,) = latest.nonzero()
    return {each: date.fromordinal(int(latest[each])) for each in read_ones.tolist()}


def first_day() -> date | None:
    """Return the first day of which anything is known."""
    return db.session.scalar(select(func.min(ArticleDay.day)))


def by_day(
    period: Period, translation_id: int, channel: Channel | None = None
) -> dict[date, Numbers]:
    """Return what an article had on each day."""
    rows = _sums(period, channel).having(0, [translation_id])
    return {
        date.fromordinal(day): Numbers(*values)
        for day, values in zip(rows.days.tolist(), rows.values[:, 1:].tolist(), strict=True)
    }


def reader_lines(
    period: Period, translations: Sequence[int], channel: Channel | None = None
) -> dict[int, list[int]]:
    """Return the readers of each of these articles, by equal stretches of days."""
    return lines(_sums(period, channel), 1 + COUNTED.index("readers"), translations, period)


def buckets(period: Period, by_day: dict[date, int], most: int = 30) -> list[int]:
    """Return sums of equal stretches of days, the earliest first: as many as a small line can show."""
    length, number = stretches(period, most)
    sums = [0] * number
    for day, value in by_day.items():
        sums[(day - period.since.date()).days // length] += value
    return sums


def total(numbers_of: Iterable[Numbers]) -> Numbers:
    """Return the sum over articles; a reader of two articles counts twice."""
    known = list(numbers_of)
    return Numbers(*(sum(map(attrgetter(name), known)) for name in COUNTED))


def is_simulated(period: Period) -> bool:
    """Tell whether invented visitors are among those of a period."""
    first, last = first_and_last(period)
    found = select(VisitDay.day).where(VisitDay.day.between(first, last), VisitDay.simulated > 0)
    return db.session.scalar(found.limit(1)) is not None
