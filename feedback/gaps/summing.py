"""The figures of gaps over any period and part of the site, as sums over the rows of their events."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from feedback.gaps.facts import CONTACT_COST, Source
from feedback.gaps.models import GapEvent
from feedback.outcomes import Outcome
from feedback.reports import subjects
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from kb.db import db

FEW = 500  # gaps named one by one in a question to the database


@dataclass(frozen=True, slots=True)
class Sums:
    """What a gap came to. Visitors are distinct; of one network and day three count at most.

    `contacts`: visitors who turned to a person. `answered`: searches that found their answer.
    """

    visitors: int = 0
    intents: int = 0
    answered: int = 0
    contacts: int = 0
    requests: int = 0
    comments: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def cost(self) -> int:
        """Return what gaps are ranked by."""
        return self.visitors + CONTACT_COST * self.contacts


def conditions(filters: Filters, period: Period | None = None) -> list[ColumnElement[bool]]:
    """Return what an event must be to count under the filters; those that do not count are out."""
    return [*within(period or filters.period), *_part(filters), GapEvent.is_counted.is_(True)]


def within(period: Period) -> list[ColumnElement[bool]]:
    """Return the days of a period; events lie in whole days of the site's time zone."""
    return [GapEvent.day >= period.since.date(), GapEvent.day <= period.last_day]


def _part(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.locale:
        found.append(GapEvent.locale == filters.locale)
    if filters.of_subject:
        found.append(GapEvent.subject_id.in_(subjects.within(filters)))
    return found


_IN_VAIN = GapEvent.is_answered.is_(False)
_IS_SEARCH = GapEvent.source == Source.SEARCH
_IS_CONTACT = or_(GapEvent.outcome == Outcome.ESCALATED, GapEvent.source == Source.REQUEST)


def _number(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _distinct_visitors(condition: ColumnElement[bool]) -> Any:
    return func.count(func.distinct(case((condition, GapEvent.visitor))))


def sums(
    filters: Filters, period: Period | None = None, gap_id: int | None = None
) -> dict[int, Sums]:
    """Return the figures of each gap that was asked about, by its number."""
    only = [] if gap_id is None else [GapEvent.gap_id == gap_id]
    rows = db.session.execute(
        select(
            GapEvent.gap_id,
            _distinct_visitors(_IN_VAIN),
            _number(and_(_IN_VAIN, _IS_SEARCH)),
            _number(GapEvent.is_answered.is_(True)),
            _distinct_visitors(_IS_CONTACT),
            _number(GapEvent.source == Source.REQUEST),
            _number(GapEvent.source == Source.COMMENT),
            *(_number(and_(_IN_VAIN, GapEvent.outcome == each)) for each in Outcome),
        )
        .where(*conditions(filters, period), *only)
        .group_by(GapEvent.gap_id)
    )
    return {
        gap: Sums(
            visitors, intents, answered, contacts, requests, comments,
            {each: count for each, count in zip(Outcome, outcomes, strict=True) if count},
        )
        for gap, visitors, intents, answered, contacts, requests, comments, *outcomes in rows
    }  # fmt: skip


def visitors_in(filters: Filters, period: Period | None = None) -> dict[int, int]:
    """Return how many visitors each gap left without an answer."""
    rows = db.session.execute(
        select(GapEvent.gap_id, func.count(func.distinct(GapEvent.visitor)))
        .where(*conditions(filters, period), _IN_VAIN)
        .group_by(GapEvent.gap_id)
    )
    return {row[0]: row[1] for row in rows}


def by_day(filters: Filters, gap_id: int | None = None) -> dict[int, dict[date, int]]:
    """Return the searches, requests and comments without an answer of each gap and day."""
    only = [] if gap_id is None else [GapEvent.gap_id == gap_id]
    rows = db.session.execute(
        select(GapEvent.gap_id, GapEvent.day, func.count())
        .where(*conditions(filters), _IN_VAIN, *only)
        .group_by(GapEvent.gap_id, GapEvent.day)
    )
    days: dict[int, dict[date, int]] = defaultdict(dict)
    for gap, day, count in rows:
        days[gap][day] = count
    return days


def languages(filters: Filters) -> dict[int, tuple[str, ...]]:
    """Return the languages of each gap, the one that asked most first."""
    rows = db.session.execute(
        select(GapEvent.gap_id, GapEvent.locale, func.count())
        .where(*conditions(filters), _IN_VAIN)
        .group_by(GapEvent.gap_id, GapEvent.locale)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for gap, locale, count in rows:
        found[gap].append((-count, locale))
    return {gap: tuple(locale for _count, locale in sorted(each)) for gap, each in found.items()}


def wording_counts(filters: Filters, gap_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return (visitors, times) without an answer of each wording of gaps, by its number."""
    only = [GapEvent.gap_id.in_(gap_ids)] if len(gap_ids) <= FEW else []
    rows = db.session.execute(
        select(GapEvent.wording_id, func.count(func.distinct(GapEvent.visitor)), func.count())
        .where(*conditions(filters), _IN_VAIN, *only)
        .group_by(GapEvent.wording_id)
    )
    return {wording: (visitors, times) for wording, visitors, times in rows}


def is_simulated(filters: Filters) -> bool:
    """Tell whether any of the events counted was made up."""
    query = select(GapEvent.id).where(*conditions(filters), GapEvent.simulated.is_(True))
    return db.session.scalar(query.limit(1)) is not None


def total(filters: Filters, period: Period | None = None, *, of: Collection[int]) -> Sums:
    """Return the figures of these gaps together, each visitor once."""
    visitors, intents, contacts = db.session.execute(
        select(
            _distinct_visitors(_IN_VAIN),
            _number(and_(_IN_VAIN, _IS_SEARCH)),
            _distinct_visitors(_IS_CONTACT),
        ).where(*conditions(filters, period), GapEvent.gap_id.in_(of))
    ).one()
    return Sums(visitors=visitors, intents=intents, contacts=contacts)
