"""What the overview is calculated from: a period's counts, as the filters leave them.

Visits and searches come from what each day holds added up; requests, attempts, surveys and votes are
few, and are read as they are. Everything is of people: robots and staff are counted apart.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Float, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute

from feedback.contact.models import ContactAttempt
from feedback.days import span
from feedback.models import Channel, SearchIntent, Visit, Vote
from feedback.outcomes import Outcome
from feedback.reports import audience, by_channel, rollups
from feedback.reports.deflection import Attempt
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from feedback.reports.rollup_models import (
    AudienceDay,
    IntentDay,
    PresenceDay,
    SubjectDay,
    VisitDay,
)
from feedback.reports.subjects import within
from feedback.reports.timeline import Stretch
from feedback.requests.models import ContactRequest
from feedback.statistics import Rate, wilson
from feedback.surveys.models import Survey, SurveyResponse
from kb.db import db

Subjects = frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits by the day on which they began, and distinct visitors of the whole period."""

    by_day: Mapping[date, int]
    visitors: int
    bots: int
    staff: int
    simulated: bool

    @property
    def total(self) -> int:
        """Return all visits."""
        return sum(self.by_day.values())


@dataclass(frozen=True)
class Searches:
    """What became of the searches of a period, by day."""

    by_day: Mapping[date, Mapping[Outcome, int]]
    bots: int
    staff: int

    @cached_property
    def outcomes(self) -> Counter[Outcome]:
        """Return how often each outcome came about."""
        total: Counter[Outcome] = Counter()
        for each in self.by_day.values():
            for outcome, number in each.items():
                total[outcome] += number
        return total

    @property
    def answered(self) -> Rate:
        """Return the share of searches that were answered."""
        outcomes = self.outcomes
        return wilson(outcomes[Outcome.ANSWERED], outcomes.total())


class Sent(NamedTuple):
    """A request to a person; moments are seconds since 1970. A tuple: there are tens of thousands."""

    visitor: str
    created_at: float
    answered_at: float | None
    resolved_at: float | None
    subject: int
    locale: str
    channel: Channel = Channel.SITE


@dataclass(frozen=True, slots=True)
class Answers:
    """How often a survey was shown, and how often each score was given."""

    asked: int
    scores: Mapping[int, int]


def _days(column: InstrumentedAttribute[date], period: Period) -> tuple[ColumnElement[bool], ...]:
    return (column >= period.since.date(), column <= period.last_day)


def visits(filters: Filters, subjects: Subjects) -> Visits:
    """Return who came; with `subjects`, those who searched for or read any of these."""
    within_days = _days(VisitDay.day, filters.period)
    query = select(
        VisitDay.day,
        func.sum(VisitDay.visits),
        func.sum(VisitDay.bots),
        func.sum(VisitDay.staff),
        func.sum(VisitDay.simulated),
    )
    if filters.locale:
        query = query.where(VisitDay.locale == filters.locale)
    if filters.channel:
        query = query.where(VisitDay.channel == filters.channel)
    rows = db.session.execute(query.where(*within_days).group_by(VisitDay.day)).all()
    if subjects is None:
        by_day = {row[0]: int(row[1]) for row in rows}
        came = audience.distinct(pack for _, pack in _packs(filters, AudienceDay.visitors))
    else:
        by_day, came = _about(filters, subjects)
    return Visits(
        by_day=by_day,
        visitors=came,
        bots=sum(int(row[2]) for row in rows),
        staff=sum(int(row[3]) for row in rows),
        simulated=any(row[4] for row in rows),
    )


def _about(filters: Filters, subjects: frozenset[int]) -> tuple[dict[date, int], int]:
    packs = _packs(filters, PresenceDay.pairs)
    came = audience.attendance((each for _, each in packs), subjects)
    by_day: dict[date, int] = defaultdict(int)
    for (day, _), number in zip(packs, came.visits, strict=True):
        by_day[day] += number
    return by_day, came.visitors


def _packs(filters: Filters, column: InstrumentedAttribute[bytes]) -> list[tuple[date, bytes]]:
    """Return what each day holds packed in a column, by day and language."""
    if filters.channel:
        return _packs_of_channel(filters, filters.channel, column)
    table = column.class_
    query = select(table.day, column).where(*_days(table.day, filters.period))
    if filters.locale:
        query = query.where(table.locale == filters.locale)
    rows = db.session.execute(query.order_by(table.day, table.locale))
    return [(day, pack) for day, pack in rows]


def _packs_of_channel(
    filters: Filters, channel: Channel, column: InstrumentedAttribute[bytes]
) -> list[tuple[date, bytes]]:
    of_day = rollups.subjects_of if column.class_ is SubjectDay else rollups.presence_of
    found = by_channel.days(of_day, of_day, filters.period, channel, size=_bytes)
    return [
        (day, cast(bytes, row[column.key]))
        for day, rows in found
        for row in rows
        if not filters.locale or row["locale"] == filters.locale
    ]


def _bytes(rows: Sequence[Mapping[str, object]]) -> int:
    return sum(len(each) for row in rows for each in row.values() if isinstance(each, bytes))


def recorded_since() -> date | None:
    """Return the first day with any visit, None before there is one."""
    return db.session.scalar(select(func.min(VisitDay.day)))


def visitors_by_topic(filters: Filters, topics: Mapping[int, int]) -> dict[int, int]:
    """Return the distinct visitors of each group of articles; `topics` gives an article's group."""
    packs = [each for _, each in _packs(filters, PresenceDay.pairs)]
    return audience.visitors_by_group(packs, topics)


OUTCOME_SUMS = tuple(func.sum(getattr(IntentDay, each.value)) for each in Outcome)


def searches(filters: Filters, subjects: Subjects) -> Searches:
    """Return what became of the searches of visits that are over.

    Robots and staff are those of all articles.
    """
    query = select(
        IntentDay.day, *OUTCOME_SUMS, func.sum(IntentDay.bots), func.sum(IntentDay.staff)
    ).where(*_days(IntentDay.day, filters.period))
    if filters.locale:
        query = query.where(IntentDay.locale == filters.locale)
    if filters.channel:
        query = query.where(IntentDay.channel == filters.channel)
    rows = db.session.execute(query.group_by(IntentDay.day)).all()
    return Searches(
        by_day={row[0]: _outcomes(row[1:-2]) for row in rows}
        if subjects is None
        else _searches_about(filters, subjects),
        bots=sum(int(row[-2]) for row in rows),
        staff=sum(int(row[-1]) for row in rows),
    )


def _searches_about(
    filters: Filters, subjects: frozenset[int]
) -> dict[date, Mapping[Outcome, int]]:
    packs = _packs(filters, SubjectDay.counts)
    found: dict[date, Counter[Outcome]] = defaultdict(Counter)
    sums = audience.counts_by_day((pack for _, pack in packs), subjects, len(Outcome))
    for (day, _), counts in zip(packs, sums, strict=True):
        found[day].update(_outcomes(counts))
    return dict(found)


def searches_by_subject(filters: Filters) -> dict[int, Mapping[Outcome, int]]:
    """Return what became of the searches about each article."""
    packs = _packs(filters, SubjectDay.counts)
    found = audience.counts_by_subject((pack for _, pack in packs), len(Outcome))
    return {subject: _outcomes(counts) for subject, counts in found.items()}


def _outcomes(sums: Sequence[int]) -> dict[Outcome, int]:
    return {outcome: int(number) for outcome, number in zip(Outcome, sums, strict=True)}


@dataclass(frozen=True, slots=True)
class OfChannel:
    """Visits and searches that came through one channel, by people."""

    channel: Channel
    visits: int
    outcomes: Mapping[Outcome, int]

    @property
    def answered(self) -> Rate:
        """Return the share of searches that were answered."""
        return wilson(self.outcomes.get(Outcome.ANSWERED, 0), sum(self.outcomes.values()))


def channels(filters: Filters) -> tuple[OfChannel, ...]:
    """Return the channels that anybody came or searched through, of all articles, in their order."""
    came = select(VisitDay.channel, func.sum(VisitDay.visits)).where(
        *_days(VisitDay.day, filters.period)
    )
    asked = select(IntentDay.channel, *OUTCOME_SUMS).where(*_days(IntentDay.day, filters.period))
    if filters.locale:
        came = came.where(VisitDay.locale == filters.locale)
        asked = asked.where(IntentDay.locale == filters.locale)
    if filters.channel:
        came = came.where(VisitDay.channel == filters.channel)
        asked = asked.where(IntentDay.channel == filters.channel)
    visits = {row[0]: int(row[1]) for row in db.session.execute(came.group_by(VisitDay.channel))}
    outcomes = {
        row[0]: _outcomes(row[1:]) for row in db.session.execute(asked.group_by(IntentDay.channel))
    }
    found = (OfChannel(each, visits.get(each, 0), outcomes.get(each, {})) for each in Channel)
    return tuple(each for each in found if each.visits or sum(each.outcomes.values()))


def open_searches(filters: Filters) -> int:
    """Return the searches of visits that are not over, of all articles: they have no subject yet."""
    query = (
        select(func.count(SearchIntent.id))
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            Visit.settled_at.is_(None),
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
            SearchIntent.created_at >= filters.period.since,
            SearchIntent.created_at < filters.period.until,
        )
    )
    if filters.locale:
        query = query.where(SearchIntent.locale == filters.locale)
    if filters.channel:
        query = query.where(SearchIntent.channel == filters.channel)
    return db.session.scalar(query) or 0


def attempts(filters: Filters, subjects: Subjects) -> list[Attempt]:
    """Return the visits that opened the contact form."""
    query = (
        select(
            ContactAttempt.visitor,
            _seconds(ContactAttempt.opened_at),
            _seconds(ContactAttempt.first_opened_at),
            _seconds(ContactAttempt.answered_at),
        )
        .join(Visit, Visit.id == ContactAttempt.visit_id)
        .where(
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
            ContactAttempt.opened_at >= filters.period.since,
            ContactAttempt.opened_at < filters.period.until,
        )
    )
    if filters.locale:
        query = query.where(ContactAttempt.locale == filters.locale)
    if filters.channel:
        query = query.where(ContactAttempt.channel == filters.channel)
    if subjects is not None:
        query = query.where(ContactAttempt.subject_id.in_(within(filters)))
    return [Attempt._make(row) for row in db.session.execute(query)]


def _seconds(column: InstrumentedAttribute[Any]) -> ColumnElement[float]:
    """Return a moment in seconds since 1970: thousands of them are read in no time."""
    return extract("epoch", column).cast(Float)


def all_requests(since: datetime, until: datetime) -> list[Sent]:
    """Return the requests of people, by any channel and about anything, the earliest first."""
    query = select(
        ContactRequest.visitor,
        _seconds(ContactRequest.created_at),
        _seconds(ContactRequest.answered_at),
        _seconds(ContactRequest.resolved_at),
        func.coalesce(ContactRequest.subject_id, 0),
        ContactRequest.locale,
        ContactRequest.channel,
    ).where(
        ContactRequest.is_bot.is_(False),
        ContactRequest.is_staff.is_(False),
        ContactRequest.created_at >= since,
        ContactRequest.created_at < until,
    )
    rows = db.session.execute(query.order_by(ContactRequest.created_at))
    return [Sent._make(row) for row in rows]


def requests(filters: Filters, subjects: Subjects) -> list[Sent]:
    """Return the requests of people that were sent within the period, the earliest first."""
    return kept(all_requests(filters.period.since, filters.period.until), filters, subjects)


def kept(sent: Iterable[Sent], filters: Filters, subjects: Subjects) -> list[Sent]:
    """Return the requests that the filters leave."""
    until, locale = filters.period.until.timestamp(), filters.locale
    return [
        each
        for each in sent
        if each.created_at < until
        and (not locale or each.locale == locale)
        and (filters.channel is None or each.channel is filters.channel)
        and (subjects is None or each.subject in subjects)
    ]


def moments(sent: Iterable[Sent]) -> dict[str, list[float]]:
    """Return when each visitor sent requests."""
    found: dict[str, list[float]] = defaultdict(list)
    for each in sent:
        if each.visitor:
            found[each.visitor].append(each.created_at)
    return found


def sent_by_step(sent: Iterable[Sent], steps: Sequence[Stretch]) -> tuple[int, ...]:
    """Return how many requests came in each step of a time line."""
    begins = [span(each.first).since.timestamp() for each in steps]
    counted = Counter(bisect_right(begins, each.created_at) - 1 for each in sent)
    return tuple(counted[index] for index in range(len(steps)))


def answers(survey: Survey, filters: Filters, subjects: Subjects) -> Answers:
    """Return how a survey was answered by those who were asked within the period."""
    query = select(SurveyResponse.score, func.count()).where(
        SurveyResponse.survey == survey,
        SurveyResponse.is_bot.is_(False),
        SurveyResponse.is_staff.is_(False),
        SurveyResponse.asked_at >= filters.period.since,
        SurveyResponse.asked_at < filters.period.until,
    )
    if filters.locale:
        query = query.where(SurveyResponse.locale == filters.locale)
    if filters.channel:
        query = query.where(by_channel.came_through(SurveyResponse, filters.channel))
    if subjects is not None:
        query = query.where(SurveyResponse.translation_id.in_(within(filters)))
    scores: dict[int, int] = {}
    asked = 0
    for score, number in db.session.execute(query.group_by(SurveyResponse.score)):
        asked += number
        if score is not None:
            scores[score] = number
    return Answers(asked, scores)


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes of people, and of all with robots and staff."""

    people: Rate
    raw: Rate


def votes(filters: Filters, subjects: Subjects) -> Votes:
    """Return what the votes of a period say."""
    of_people = (Vote.is_bot.is_(False), Vote.is_staff.is_(False))
    query = select(
        func.count().filter(Vote.helpful, *of_people),
        func.count().filter(*of_people),
        func.count().filter(Vote.helpful),
        func.count(),
    ).where(Vote.voted_at >= filters.period.since, Vote.voted_at < filters.period.until)
    if filters.locale:
        query = query.where(Vote.locale == filters.locale)
    if filters.channel:
        query = query.where(by_channel.came_through(Vote, filters.channel))
    if subjects is not None:
        query = query.where(Vote.translation_id.in_(within(filters)))
    helpful, people, raw_helpful, raw = db.session.execute(query).one()
    return Votes(people=wilson(helpful, people), raw=wilson(raw_helpful, raw))
