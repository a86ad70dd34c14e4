"""The numbers of articles over a stretch of days, from their daily sums."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from operator import attrgetter

from sqlalchemy import ColumnElement, func, select

from articles.models import Translation
from feedback.reports.articles_models import ArticleAgain, ArticleDay
from feedback.reports.articles_signs import Numbers
from feedback.reports.periods import Period
from feedback.reports.rollup_models import VisitDay
from kb.db import db

SUMMED = tuple(Numbers.__slots__)


def first_and_last(period: Period) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    return period.since.date(), period.last_day


def numbers(period: Period, translation_id: int | None = None) -> dict[int, Numbers]:
    """Return the numbers of each article with any, or of one; readers count once however often they came."""
    first, last = first_and_last(period)
    sums = [func.sum(getattr(ArticleDay, name)) for name in SUMMED]
    rows = db.session.execute(
        select(ArticleDay.translation_id, *sums)
        .where(ArticleDay.day.between(first, last), *_of(ArticleDay, translation_id))
        .group_by(ArticleDay.translation_id)
    )
    again = _again(first, last, translation_id)
    found = {}
    for each, *values in rows:
        known = dict(zip(SUMMED, map(int, values), strict=True))
        known["readers"] -= again.get(each, 0)
        found[each] = Numbers(**known)
    return found


def _again(first: date, last: date, translation_id: int | None) -> dict[int, int]:
    """Return how often a reader of a day had come before within the stretch."""
    rows = db.session.execute(
        select(ArticleAgain.translation_id, func.sum(ArticleAgain.readers))
        .where(
            ArticleAgain.day.between(first, last),
            ArticleAgain.before >= first,
            *_of(ArticleAgain, translation_id),
        )
        .group_by(ArticleAgain.translation_id)
    )
    return {each: int(number) for each, number in rows}


def _of(
    table: type[ArticleDay | ArticleAgain], translation_id: int | None
) -> list[ColumnElement[bool]]:
    return [] if translation_id is None else [table.translation_id == translation_id]


def last_read(until: date) -> dict[int, date]:
    """Return the last day up to `until` on which each article was read: a look-up for each."""
    latest = (
        select(ArticleDay.day)
        .where(
            ArticleDay.translation_id == Translation.id,
            ArticleDay.day <= until,
            ArticleDay.views > 0,
        )
        .order_by(ArticleDay.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(select(Translation.id, latest))
    return {each: day for each, day in rows if day is not None}


def first_day() -> date | None:
    """Return the first day of which anything is known."""
    return db.session.scalar(select(func.min(ArticleDay.day)))


def views_by_day(period: Period, translations: Collection[int]) -> dict[int, dict[date, Numbers]]:
    """Return what each of these articles had on each day."""
    first, last = first_and_last(period)
    found: dict[int, dict[date, Numbers]] = defaultdict(dict)
    rows = db.session.execute(
        select(
            ArticleDay.translation_id,
            ArticleDay.day,
            *(getattr(ArticleDay, each) for each in SUMMED),
        ).where(ArticleDay.translation_id.in_(translations), ArticleDay.day.between(first, last))
    )
    for each, day, *values in rows:
        found[each][day] = Numbers(*values)
    return found


def buckets(period: Period, by_day: dict[date, int], most: int = 30) -> list[int]:
    """Return sums of equal stretches of days, the earliest first: as many as a small line can show."""
    first, last = first_and_last(period)
    days = (last - first).days + 1
    length = -(-days // most)
    sums = [0] * -(-days // length)
    for day, number in by_day.items():
        sums[(day - first).days // length] += number
    return sums


def total(numbers_of: Iterable[Numbers]) -> Numbers:
    """Return the sum over articles; a reader of two articles counts twice."""
    known = list(numbers_of)
    return Numbers(*(sum(map(attrgetter(name), known)) for name in SUMMED))


def is_simulated(period: Period) -> bool:
    """Tell whether invented visitors are among those of a period."""
    first, last = first_and_last(period)
    found = select(VisitDay.day).where(VisitDay.day.between(first, last), VisitDay.simulated > 0)
    return db.session.scalar(found.limit(1)) is not None
