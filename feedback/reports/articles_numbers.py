"""The numbers of articles over a stretch of days, from their daily sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from articles.models import Translation
from feedback.models import Channel
from feedback.reports import by_channel
from feedback.reports.articles_days import again_in, counted_in
from feedback.reports.articles_models import COUNTED, ArticleAgain, ArticleDay
from feedback.reports.articles_signs import Columns, Numbers
from feedback.reports.packs import Rows, is_among, lines, read
from feedback.reports.periods import Period
from feedback.reports.rollup_models import VisitDay
from kb.db import db

WIDTH = 1 + len(COUNTED)

Ids = NDArray[Any]


def first_and_last(period: Period) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    return period.since.date(), period.last_day


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The numbers of a stretch of days; `seen`: the articles that have any."""

    seen: Ids
    _by_id: Mapping[str, Ids]  # a place for each id up to the largest, and one for those above it

    def of(self, ids: Ids) -> Columns:
        """Return the numbers of these articles, nothing where nobody saw them."""
        return Columns(
            {name: sums[np.minimum(ids, len(sums) - 1)] for name, sums in self._by_id.items()}
        )


def sums(period: Period, channel: Channel | None = None, translation_id: int | None = None) -> Sums:
    """Add up a period, of all articles or of one; readers count once however often they came."""
    rows, again = _sums(period, channel), _again(period, channel)
    if translation_id is not None:
        rows, again = rows.having(0, [translation_id]), again.having(0, [translation_id])
    size = max(rows.size, again.size) + 1
    by_id = {name: rows.total(column, size) for column, name in enumerate(COUNTED, 1)}
    by_id["readers"] -= again.total(2, size)
    return Sums(np.unique(rows[0]).astype(np.int64), by_id)


def numbers(
    period: Period, translation_id: int | None = None, channel: Channel | None = None
) -> dict[int, Numbers]:
    """Return the numbers of each article with any, or of one."""
    found = sums(period, channel, translation_id)
    ids = existing(found.seen)
    return dict(zip(ids.tolist(), found.of(ids).rows(), strict=True))


def existing(ids: Ids) -> Ids:
    """Return those articles that are still there."""
    there: Ids = ids[is_among(ids, db.session.scalars(select(Translation.id)).all())]
    return there


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


def last_read(until: date, ids: Ids) -> Ids:
    """Return the last day up to `until` on which each article was read, as `date.toordinal`; 0: never."""
    rows = read(ArticleDay.counts, WIDTH, until=until)
    rows = rows.where(rows[1 + COUNTED.index("views")] > 0)
    latest = np.zeros(rows.size + 1, dtype=np.int64)
    latest[rows[0]] = rows.days  # the earliest first, so that the last of each stays
    found: Ids = latest[np.minimum(ids, rows.size)]
    return found


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


def is_simulated(period: Period) -> bool:
    """Tell whether invented visitors are among those of a period."""
    first, last = first_and_last(period)
    found = select(VisitDay.day).where(VisitDay.day.between(first, last), VisitDay.simulated > 0)
    return db.session.scalar(found.limit(1)) is not None
