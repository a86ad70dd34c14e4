"""The numbers of questions over a stretch of days, from their daily sums."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from feedback.models import Channel
from feedback.outcomes import Outcome
from feedback.reports import by_channel, facts, subjects
from feedback.reports.articles_numbers import first_and_last
from feedback.reports.filters import Filters
from feedback.reports.packs import Rows, by_pair, lines, read
from feedback.reports.periods import Period
from feedback.reports.searches_days import ANY, counted_in, intents_of, ranks_of
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


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """All that was asked in a stretch of days: read once, for whatever is then asked of it.

    `visitors`, `intents`: by the id of the wording; each visitor of a wording counts once, however
    many days they asked it on. Where only some articles are looked at, once for each of them.
    """

    rows: Rows
    visitors: NDArray[Any]
    intents: NDArray[Any]

    def asked_by(self, least: int) -> dict[int, int]:
        """Return the visitors of each wording that at least so many asked."""
        (found,) = (self.visitors >= least).nonzero()
        return dict(zip(found.tolist(), self.visitors[found].tolist(), strict=True))

    def visitors_of(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the visitors of each of these wordings, 0 where nobody asked."""
        size = len(self.visitors)
        return {each: int(self.visitors[each]) if each < size else 0 for each in ids}


_WORDING, _SUBJECT, _VISITORS, _INTENTS, _FIRST_OUTCOME = range(5)
_BEFORE = _ANSWER = 2  # columns of `WordingAgain` and of `RewordingDay`
_TIMES = 3
WORDING_WIDTH = _FIRST_OUTCOME + len(Outcome)
AGAIN_WIDTH = REWORDING_WIDTH = 4


def questions(filters: Filters) -> Questions:
    """Read what was asked."""
    rows = _read(WordingDay.counts, WORDING_WIDTH, filters)
    again = _read(WordingAgain.counts, AGAIN_WIDTH, filters)
    about = subjects.ids(filters)
    if about is None:
        again = again.where(again[_SUBJECT] == ANY)
    else:
        rows, again = rows.having(_SUBJECT, about), again.having(_SUBJECT, about)
    first, _last = first_and_last(filters.period)
    again = again.where(again[_BEFORE] >= first.toordinal())
    size = max(rows.size, again.size)
    visitors = rows.total(_VISITORS, size) - again.total(_TIMES, size)
    return Questions(rows, visitors, rows.total(_INTENTS, size))


def _read(column: InstrumentedAttribute[bytes], width: int, filters: Filters) -> Rows:
    if filters.channel:
        table: Any = column.class_
        of_day = partial(counted_in, table, locale=filters.locale)
        return by_channel.rows(of_day, width, filters.period, filters.channel)
    first, last = first_and_last(filters.period)
    return read(column, width, since=first, until=last, locale=filters.locale)


def outcomes(filters: Filters) -> dict[Outcome, int]:
    """Return what became of all searches, from the sums that the overview reads too."""
    found = facts.searches(filters, subjects.ids(filters)).outcomes
    return {each: found[each] for each in Outcome}


def asked_most(found: Questions, limit: int, *, order: Outcome | None = None) -> list[Asked]:
    """Return the wordings asked by two visitors at least, most asked first, or with most of an outcome."""
    counted = found.intents
    if order is not None:
        counted = found.rows.total(_FIRST_OUTCOME + list(Outcome).index(order), len(counted))
    (ids,) = ((found.visitors >= MIN_VISITORS) & (counted > 0)).nonzero()
    listed = ids[np.argsort(-counted[ids], kind="stable")][:limit].tolist()
    known = {each.wording_id: each for each in asked(found, listed)}
    return [known[each] for each in listed]


def asked(found: Questions, ids: Collection[int]) -> list[Asked]:
    """Return how often each of these wordings was asked, and what became of it."""
    rows = found.rows.having(_WORDING, ids)
    sums = by_pair(rows[_WORDING], np.zeros(len(rows.days), dtype=int), rows.values[:, _INTENTS:])
    return [
        Asked(each, int(found.visitors[each]), searches, dict(zip(Outcome, became, strict=True)))
        for (each, _), (searches, *became) in sums
    ]


def asking_lines(found: Questions, ids: Sequence[int], period: Period) -> dict[int, list[int]]:
    """Return how often each of these wordings was asked, by equal stretches of days."""
    return lines(found.rows, _INTENTS, ids, period)


def wordings(ids: Collection[int]) -> dict[int, Wording]:
    """Return wordings by their ids."""
    return {
        each.id: each for each in db.session.scalars(select(Wording).where(Wording.id.in_(ids)))
    }


def rewordings(filters: Filters, limit: int, *, of: int | None = None) -> list[Rewording]:
    """Return which wordings were asked again in which others, the most frequent first.

    `of`: only those from or into this wording.
    """
    whole = _read(RewordingDay.counts, REWORDING_WIDTH, filters)
    rows = whole
    about = subjects.ids(filters)
    if about is not None:
        rows = rows.having(_ANSWER, about)
    if of is not None:
        rows = rows.where((rows[0] == of) | (rows[1] == of))
    least = MIN_VISITORS if of is None else 1
    times = [
        (pair, number)
        for pair, (number,) in by_pair(rows[0], rows[1], rows.values[:, [_TIMES]], least)
    ]
    most = sorted(times, key=lambda each: (-each[1], each[0]))[:limit]
    answers = _answers(whole, {one for (one, _), _ in most})
    return [
        Rewording(one, other, number, answers.get((one, other), {}))
        for (one, other), number in most
    ]


def _answers(rows: Rows, wordings: Collection[int]) -> dict[tuple[int, int], dict[int, int]]:
    """Return how often which translation answered the second wording of each pair."""
    rows = rows.having(0, wordings)
    rows = rows.where(rows[_ANSWER] > 0)
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one, other, answer, times in rows.values.tolist():
        found[one, other][answer] += times
    return {pair: dict(answered) for pair, answered in found.items()}


def ranks(filters: Filters) -> list[tuple[int, Rate]]:
    """Return for each place among the results how often it was opened when shown; of all articles."""
    if filters.channel:
        return _ranks_of_channel(filters, filters.channel)
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


def _ranks_within(stretch: Period, channel: Channel) -> list[Any]:
    return list(ranks_of(intents_of(stretch, channel), stretch))


def _ranks_of_channel(filters: Filters, channel: Channel) -> list[tuple[int, Rate]]:
    shown: Counter[int] = Counter()
    opened: Counter[int] = Counter()
    found = by_channel.days(_ranks_within, _ranks_within, filters.period, channel, size=len)
    for _day, rows in found:
        for row in rows:
            if filters.locale in {None, row["locale"]}:
                shown[row["rank"]] += row["shown"]
                opened[row["rank"]] += row["opened"]
    return [(rank, wilson(opened[rank], shown[rank])) for rank in sorted(shown)]
