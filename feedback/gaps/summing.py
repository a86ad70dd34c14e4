"""The figures of gaps over any period and part of the site, as sums over the rows of their events."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from feedback.gaps import channels
from feedback.gaps.facts import CONTACT_COST, Source
from feedback.gaps.models import GapEvent
from feedback.outcomes import Outcome
from feedback.reports import subjects
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from kb.db import db


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
    if filters.channel:
        found.append(channels.came_through(filters.channel))
    if filters.of_subject:
        found.append(GapEvent.subject_id.in_(subjects.within(filters)))
    return found


_IN_VAIN = GapEvent.is_answered.is_(False)
_IS_SEARCH = GapEvent.source == Source.SEARCH
IS_CONTACT = or_(GapEvent.outcome == Outcome.ESCALATED, GapEvent.source == Source.REQUEST)


def _number(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a wording was asked, and what came of it. `in_vain`: by all ways of asking."""

    gap_id: int
    wording_id: int
    in_vain: int
    intents: int
    answered: int
    requests: int
    comments: int
    outcomes: tuple[int, ...]
    simulated: bool


def tallies(filters: Filters, gap_id: int | None = None) -> list[Tally]:
    """Return what every wording came to."""
    rows = db.session.execute(
        select(
            GapEvent.gap_id,
            GapEvent.wording_id,
            _number(_IN_VAIN),
            _number(and_(_IN_VAIN, _IS_SEARCH)),
            _number(GapEvent.is_answered.is_(True)),
            _number(GapEvent.source == Source.REQUEST),
            _number(GapEvent.source == Source.COMMENT),
            *(_number(and_(_IN_VAIN, GapEvent.outcome == each)) for each in Outcome),
            func.max(case((GapEvent.simulated.is_(True), 1), else_=0)),
        )
        .where(*conditions(filters), *_of(gap_id))
        .group_by(GapEvent.gap_id, GapEvent.wording_id)
    )
    return [
        Tally(
            gap,
            wording,
            in_vain,
            intents,
            answered,
            requests,
            comments,
            tuple(rest[:-1]),
            bool(rest[-1]),
        )
        for gap, wording, in_vain, intents, answered, requests, comments, *rest in rows
    ]


def _of(gap_id: int | None) -> list[ColumnElement[bool]]:
    return [] if gap_id is None else [GapEvent.gap_id == gap_id]


def sums_of(
    found: Iterable[Tally], visitors: Mapping[int, int], contacts: Mapping[int, int]
) -> dict[int, Sums]:
    """Add up the wordings of each gap."""
    grouped: dict[int, list[Tally]] = defaultdict(list)
    for each in found:
        grouped[each.gap_id].append(each)
    return {
        gap: Sums(
            visitors=visitors.get(gap, 0),
            intents=sum(each.intents for each in some),
            answered=sum(each.answered for each in some),
            contacts=contacts.get(gap, 0),
            requests=sum(each.requests for each in some),
            comments=sum(each.comments for each in some),
            outcomes={
                outcome: count
                for number, outcome in enumerate(Outcome)
                if (count := sum(each.outcomes[number] for each in some))
            },
        )
        for gap, some in grouped.items()
    }


def visitors_in(
    filters: Filters, period: Period | None = None, gap_id: int | None = None
) -> dict[int, int]:
    """Return how many visitors each gap left without an answer, each once.

    Of the whole site they are added up, by the day on which each was first seen in the period; of a
    part of it they are told apart one by one. Both give the same number.
    """
    stretch = period or filters.period
    if filters.of_part:
        counted: Any = func.count(func.distinct(GapEvent.visitor))
        first: list[ColumnElement[bool]] = [_IN_VAIN]
    else:
        since = stretch.since.date()
        counted = func.count()
        first = [
            GapEvent.is_first.is_(True),
            or_(GapEvent.seen_on.is_(None), GapEvent.seen_on < since),
        ]
    rows = db.session.execute(
        select(GapEvent.gap_id, counted)
        .where(*conditions(filters, stretch), *first, *_of(gap_id))
        .group_by(GapEvent.gap_id)
    )
    return {row[0]: row[1] for row in rows}


def contacts_in(
    filters: Filters, period: Period | None = None, gap_id: int | None = None
) -> dict[int, int]:
    """Return how many visitors of each gap turned to a person, each once."""
    rows = db.session.execute(
        select(GapEvent.gap_id, func.count(func.distinct(GapEvent.visitor)))
        .where(*conditions(filters, period), IS_CONTACT, *_of(gap_id))
        .group_by(GapEvent.gap_id)
    )
    return {row[0]: row[1] for row in rows}


def intents_in(filters: Filters, period: Period, gaps: Collection[int]) -> int:
    """Return the searches of some gaps that went unanswered in a period."""
    rows = db.session.execute(
        select(GapEvent.gap_id, func.count())
        .where(*conditions(filters, period), _IN_VAIN, _IS_SEARCH)
        .group_by(GapEvent.gap_id)
    )
    return sum(count for gap, count in rows if gap in gaps)


def by_day(filters: Filters, gap_id: int | None = None) -> dict[int, dict[date, int]]:
    """Return the searches, requests and comments without an answer of each gap and day."""
    rows = db.session.execute(
        select(GapEvent.gap_id, GapEvent.day, func.count())
        .where(*conditions(filters), _IN_VAIN, *_of(gap_id))
        .group_by(GapEvent.gap_id, GapEvent.day)
    )
    days: dict[int, dict[date, int]] = defaultdict(dict)
    for gap, day, count in rows:
        days[gap][day] = count
    return days


def wording_visitors(filters: Filters, gap_id: int) -> dict[int, int]:
    """Return how many visitors used each wording of a gap in vain."""
    rows = db.session.execute(
        select(GapEvent.wording_id, func.count(func.distinct(GapEvent.visitor)))
        .where(*conditions(filters), _IN_VAIN, GapEvent.gap_id == gap_id)
        .group_by(GapEvent.wording_id)
    )
    return {row[0]: row[1] for row in rows}
