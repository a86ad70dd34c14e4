"""The numbers of questions over a stretch of days, from their daily sums."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from feedback.outcomes import Outcome
from feedback.reports import subjects
from feedback.reports.articles_days import chunks
from feedback.reports.articles_numbers import first_and_last
from feedback.reports.filters import Filters
from feedback.reports.searches_models import (
    RankDay,
    RewordingDay,
    Wording,
    WordingAgain,
    WordingDay,
)
from feedback.statistics import Rate, wilson
from kb.db import db

MIN_VISITORS = 2  # what one person asks is an anecdote, and may tell who they are


@dataclass(frozen=True, slots=True)
class Asked:
    """How often one wording was asked, by how many, and what became of it."""

    wording_id: int
    visitors: int
    intents: int
    outcomes: Mapping[Outcome, int]

    @property
    def answered(self) -> Rate:
        """Return the share that found an answer."""
        return wilson(self.outcomes.get(Outcome.ANSWERED, 0), self.intents)


@dataclass(frozen=True, slots=True)
class Rewording:
    """One wording asked again in another, so often, and what answered the second: translation -> times."""

    wording_id: int
    into_id: int
    times: int
    answers: Mapping[int, int]


_OUTCOMES = tuple(Outcome)
_SUMS = tuple(func.sum(getattr(WordingDay, each.value)) for each in _OUTCOMES)


def _where(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what the filters ask of a row of `WordingDay`."""
    first, last = first_and_last(filters.period)
    asked: list[ColumnElement[bool]] = [WordingDay.day.between(first, last)]
    if filters.of_subject:
        asked.append(WordingDay.subject_id.in_(subjects.within(filters)))
    if filters.locale is not None:
        own = select(Wording.id).where(Wording.locale == filters.locale)
        asked.append(WordingDay.wording_id.in_(own))
    return asked


def outcomes(filters: Filters) -> dict[Outcome, int]:
    """Return what became of all searches."""
    row = db.session.execute(select(*_SUMS).where(*_where(filters))).one()
    return {each: int(number or 0) for each, number in zip(_OUTCOMES, row, strict=True)}


def asked_most(
    filters: Filters, limit: int, *, order: Outcome | None = None, among: Collection[int] = ()
) -> list[Asked]:
    """Return the wordings asked by two visitors at least, most asked first, or with most of an outcome.

    `among`: only these wordings, whoever asked them.
    """
    number = func.sum(WordingDay.intents)
    ranked = func.sum(getattr(WordingDay, order.value)) if order else number
    visitors = func.sum(WordingDay.visitors)
    query = (
        select(WordingDay.wording_id, visitors, number, *_SUMS)
        .where(*_where(filters))
        .group_by(WordingDay.wording_id)
        .order_by(ranked.desc(), number.desc(), WordingDay.wording_id)
        .limit(limit)
    )
    if among:
        query = query.where(WordingDay.wording_id.in_(among))
    else:
        query = query.having(visitors >= MIN_VISITORS, ranked > 0)
    rows = db.session.execute(query).all()
    again = _again(filters, [row[0] for row in rows])
    found = [
        Asked(
            wording_id,
            int(seen) - again.get(wording_id, 0),
            int(intents),
            {each: int(value) for each, value in zip(_OUTCOMES, sums, strict=True)},
        )
        for wording_id, seen, intents, *sums in rows
    ]
    return [each for each in found if among or each.visitors >= MIN_VISITORS]


def visitors_of(filters: Filters, least: int) -> dict[int, int]:
    """Return how many asked each wording that at least so many visitors of its days asked."""
    visitors = func.sum(WordingDay.visitors)
    rows = db.session.execute(
        select(WordingDay.wording_id, visitors)
        .where(*_where(filters))
        .group_by(WordingDay.wording_id)
        .having(visitors >= least)
    ).all()
    again = _again(filters, [row[0] for row in rows])
    return {each: int(number) - again.get(each, 0) for each, number in rows}


def _again(filters: Filters, wordings: Collection[int]) -> dict[int, int]:
    """Return how often an asker of a day had asked the same before, within the stretch."""
    first, last = first_and_last(filters.period)
    return {
        each: int(number)
        for some in chunks(wordings)
        for each, number in db.session.execute(
            select(WordingAgain.wording_id, func.sum(WordingAgain.visitors))
            .where(
                WordingAgain.wording_id.in_(some),
                WordingAgain.day.between(first, last),
                WordingAgain.before >= first,
            )
            .group_by(WordingAgain.wording_id)
        )
    }


def wordings(ids: Collection[int]) -> dict[int, Wording]:
    """Return wordings by their ids."""
    return {
        each.id: each for each in db.session.scalars(select(Wording).where(Wording.id.in_(ids)))
    }


def by_day(filters: Filters, ids: Collection[int]) -> dict[int, dict[date, int]]:
    """Return how often each of these wordings was asked on each day."""
    found: dict[int, dict[date, int]] = {each: {} for each in ids}
    rows = db.session.execute(
        select(WordingDay.wording_id, WordingDay.day, func.sum(WordingDay.intents))
        .where(*_where(filters), WordingDay.wording_id.in_(ids))
        .group_by(WordingDay.wording_id, WordingDay.day)
    )
    for each, day, number in rows:
        found[each][day] = int(number)
    return found


def rewordings(filters: Filters, limit: int, *, of: int | None = None) -> list[Rewording]:
    """Return which wordings were asked again in which others, the most frequent first.

    `of`: only those from or into this wording.
    """
    first, last = first_and_last(filters.period)
    times = func.sum(RewordingDay.times)
    query = (
        select(RewordingDay.wording_id, RewordingDay.into_id, times)
        .where(RewordingDay.day.between(first, last))
        .group_by(RewordingDay.wording_id, RewordingDay.into_id)
        .order_by(times.desc(), RewordingDay.wording_id, RewordingDay.into_id)
        .limit(limit)
    )
    if filters.locale is not None:
        own = select(Wording.id).where(Wording.locale == filters.locale)
        query = query.where(RewordingDay.wording_id.in_(own))
    if filters.of_subject:
        query = query.where(RewordingDay.answer_id.in_(subjects.within(filters)))
    if of is None:
        query = query.having(times >= MIN_VISITORS)
    else:
        query = query.where((RewordingDay.wording_id == of) | (RewordingDay.into_id == of))
    rows = db.session.execute(query).all()
    answers = _answers(filters, {row[0] for row in rows})
    return [
        Rewording(one, other, int(number), answers.get((one, other), {}))
        for one, other, number in rows
    ]


def _answers(filters: Filters, wordings: Collection[int]) -> dict[tuple[int, int], dict[int, int]]:
    first, last = first_and_last(filters.period)
    found: dict[tuple[int, int], dict[int, int]] = {}
    rows = db.session.execute(
        select(
            RewordingDay.wording_id,
            RewordingDay.into_id,
            RewordingDay.answer_id,
            func.sum(RewordingDay.times),
        )
        .where(
            RewordingDay.wording_id.in_(wordings),
            RewordingDay.day.between(first, last),
            RewordingDay.answer_id > 0,
        )
        .group_by(RewordingDay.wording_id, RewordingDay.into_id, RewordingDay.answer_id)
    )
    for one, other, answer, times in rows:
        found.setdefault((one, other), {})[answer] = int(times)
    return found


def ranks(filters: Filters) -> list[tuple[int, Rate]]:
    """Return for each place among the results how often it was opened when shown; of all articles."""
    first, last = first_and_last(filters.period)
    query = (
        select(RankDay.rank, func.sum(RankDay.opened), func.sum(RankDay.shown))
        .where(RankDay.day.between(first, last))
        .group_by(RankDay.rank)
        .order_by(RankDay.rank)
    )
    if filters.locale is not None:
        query = query.where(RankDay.locale == filters.locale)
    return [
        (rank, wilson(int(opened), int(shown))) for rank, opened, shown in db.session.execute(query)
    ]
