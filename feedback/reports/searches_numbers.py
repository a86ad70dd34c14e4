"""The numbers of questions over a stretch of days, from their daily sums."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from feedback.outcomes import Outcome
from feedback.reports import facts, subjects
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
    """Return what became of all searches, from the sums that the overview reads too."""
    found = facts.searches(filters, subjects.ids(filters)).outcomes
    return {each: found[each] for each in _OUTCOMES}


def shared(filters: Filters, least: int = MIN_VISITORS) -> dict[int, tuple[int, int]]:
    """Return (visitors, searches) of each wording that at least so many visitors of its days asked.

    One pass over the sums of the period: what a page needs of all wordings comes from here. Visitors
    count once a day; see `visitors_once`.
    """
    visitors = func.sum(WordingDay.visitors)
    rows = db.session.execute(
        select(WordingDay.wording_id, visitors, func.sum(WordingDay.intents))
        .where(*_where(filters))
        .group_by(WordingDay.wording_id)
        .having(visitors >= least)
    )
    return {each: (int(seen), int(searches)) for each, seen, searches in rows}


def visitors_once(
    filters: Filters, known: Mapping[int, tuple[int, int]], least: int
) -> dict[int, int]:
    """Return the visitors, each counted once, of the wordings that at least `least` of their days asked.

    `known`: what `shared` gave for the same filters.
    """
    many = {each: seen for each, (seen, _) in known.items() if seen >= least}
    again = _again(filters, many.keys())
    return {each: seen - again.get(each, 0) for each, seen in many.items()}


def asked_most(
    filters: Filters,
    limit: int,
    *,
    order: Outcome | None = None,
    known: Mapping[int, tuple[int, int]] | None = None,
) -> list[Asked]:
    """Return the wordings asked by two visitors at least, most asked first, or with most of an outcome.

    `known`: what `shared` gave, where the caller has it.
    """
    if order is None:
        counted = {
            each: n for each, (_, n) in (shared(filters) if known is None else known).items()
        }
    else:
        counted = _with_outcome(filters, order)
    ids = sorted(counted, key=lambda each: (-counted[each], each))[:limit]
    found = sorted(
        asked(filters, ids), key=lambda each: (-counted[each.wording_id], each.wording_id)
    )
    return [each for each in found if each.visitors >= MIN_VISITORS]


def _with_outcome(filters: Filters, outcome: Outcome) -> dict[int, int]:
    number = func.sum(getattr(WordingDay, outcome.value))
    rows = db.session.execute(
        select(WordingDay.wording_id, number)
        .where(*_where(filters))
        .group_by(WordingDay.wording_id)
        .having(func.sum(WordingDay.visitors) >= MIN_VISITORS, number > 0)
    )
    return {each: int(found) for each, found in rows}


def asked(filters: Filters, ids: Collection[int]) -> list[Asked]:
    """Return how often each of these wordings was asked, and what became of it."""
    again = _again(filters, ids)
    found = []
    for some in chunks(ids):
        rows = db.session.execute(
            select(
                WordingDay.wording_id,
                func.sum(WordingDay.visitors),
                func.sum(WordingDay.intents),
                *_SUMS,
            )
            .where(*_where(filters), WordingDay.wording_id.in_(some))
            .group_by(WordingDay.wording_id)
        )
        for each, seen, searches, *sums in rows:
            became = {one: int(value) for one, value in zip(_OUTCOMES, sums, strict=True)}
            found.append(Asked(each, int(seen) - again.get(each, 0), int(searches), became))
    return found


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
