"""Keep what each day held added up, so that two years are read as quickly as two days.

Only visits that are over count. A day is added up anew when anything of it has changed (see
`feedback.days`), each in a transaction of its own that first claims it: two processes at once, or one
killed half-way, leave the same sums.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from flask import Flask, current_app
from sqlalchemy import Insert, delete, func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased

from feedback.days import ReportDay, day_of, days_between, span, touch
from feedback.models import ArticleRead, Channel, SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports.audience import Presence, packed, packed_counts
from feedback.reports.periods import Period
from feedback.reports.rollup_models import (
    AudienceDay,
    IntentDay,
    PresenceDay,
    SubjectDay,
    VisitDay,
)
from feedback.settling import recompute as decide_anew
from feedback.settling import settle
from kb.db import Base, db

log = structlog.get_logger(__name__)

Fill = Callable[[date, Period], None]
TABLES: tuple[type[Base], ...] = (VisitDay, IntentDay, SubjectDay, AudienceDay, PresenceDay)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a recomputation did: days added up anew, and days whose events have been erased."""

    days: int
    frozen: int


def register(app: Flask, name: str, fill: Fill) -> None:
    """Let `fill` write its own sums of a day, in the transaction in which all others are written."""
    app.extensions.setdefault("kb_rollups", {})[name] = fill


def refresh(now: datetime | None = None) -> int:
    """Settle what is over and add up the days that have changed; return how many these were."""
    settle(now)
    _notice_days_from_before()
    days = db.session.scalars(
        select(ReportDay.day)
        .where(ReportDay.changes != ReportDay.added_up, ReportDay.is_frozen.is_(False))
        .order_by(ReportDay.day)
    ).all()
    db.session.commit()
    return sum(_add_up(day) for day in days)


def refresh_for_page() -> None:
    """Do the same before a page; where the database is busy, the page shows what was added up last."""
    try:
        refresh()
    except OperationalError as error:
        db.session.rollback()
        log.warning("report not up to date", reason=str(error.orig))


def recompute(now: datetime | None = None) -> Recomputed:
    """Decide all outcomes and add up all days anew from the events there are.

    Frozen days stay as they are: nothing is left that they could be made from.
    """
    decide_anew(now)
    touch(db.session(), db.session.scalars(select(ReportDay.day)).all())
    db.session.commit()
    _notice_days_from_before(everything=True)
    frozen = select(func.count()).where(ReportDay.is_frozen.is_(True))
    return Recomputed(refresh(now), db.session.scalar(frozen) or 0)


def freeze(before: datetime) -> None:
    """Keep the sums of all days up to the one of `before`, whose events are about to be erased.

    Who came for which articles is erased with the events. To be called right before, by whoever erases.
    """
    refresh()
    last = day_of(before)
    db.session.execute(update(ReportDay).where(ReportDay.day <= last).values(is_frozen=True))
    db.session.execute(delete(PresenceDay).where(PresenceDay.day <= last))
    db.session.commit()


def _notice_days_from_before(*, everything: bool = False) -> None:
    """Add up what was settled before days were counted at all."""
    first = db.session.scalar(select(func.min(Visit.started_at)))
    known = db.session.scalar(select(func.min(ReportDay.day)))
    if first is not None and (everything or known is None or day_of(first) < known):
        last = db.session.scalar(select(func.max(Visit.started_at)))
        touch(db.session(), days_between(first, last or first))
        db.session.commit()


def _add_up(day: date) -> bool:
    """Write the sums of a day; False where another process has just done so."""
    claimed = db.session.scalar(
        update(ReportDay)
        .where(
            ReportDay.day == day,
            ReportDay.changes != ReportDay.added_up,
            ReportDay.is_frozen.is_(False),
        )
        .values(added_up=ReportDay.changes)
        .returning(ReportDay.changes)
        .execution_options(synchronize_session=False)
    )
    if claimed is not None:
        fill(day, span(day))
        others: dict[str, Fill] = current_app.extensions.get("kb_rollups", {})
        for other in others.values():
            other(day, span(day))
    db.session.commit()
    return claimed is not None


def fill(day: date, period: Period) -> None:
    """Write the sums of a day anew, from its events; the caller commits."""
    for table in TABLES:
        db.session.execute(delete(table).where(table.day == day))  # type: ignore[attr-defined]
    visits = _visits(period)
    intents = _intents(period)
    audience, presence = _audience_rows(visits, period)
    for statement, rows in (
        (insert(VisitDay), visit_rows(visits)),
        (insert(IntentDay), intent_rows(intents)),
        (insert(SubjectDay), subject_rows(intents)),
        (insert(AudienceDay), audience),
        (insert(PresenceDay), presence),
    ):
        _write(statement, [{"day": day, **row} for row in rows])


def _write(statement: Insert, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        db.session.execute(statement, rows)


@dataclass(frozen=True, slots=True)
class VisitFact:
    """What the sums need to know of a visit."""

    id: int
    visitor: str
    locale: str
    channel: Channel
    is_bot: bool
    is_staff: bool
    simulated: bool

    @property
    def is_person(self) -> bool:
        """Tell whether a customer came."""
        return not self.is_bot and not self.is_staff


def _visits(period: Period) -> list[VisitFact]:
    rows = db.session.execute(
        select(
            Visit.id,
            Visit.visitor,
            Visit.locale,
            Visit.channel,
            Visit.is_bot,
            Visit.is_staff,
            Visit.simulated,
        )
        .where(
            Visit.started_at >= period.since,
            Visit.started_at < period.until,
            Visit.settled_at.is_not(None),
        )
        .order_by(Visit.id)
    )
    return [VisitFact(*row) for row in rows]


def presence_of(period: Period, channel: Channel) -> list[dict[str, object]]:
    """Return who came through a channel within a period, by language, as days keep it."""
    visits = [each for each in _visits(period) if each.channel is channel]
    audience, presence = _audience_rows(visits, period) if visits else ([], [])
    return [{**one, **other} for one, other in zip(audience, presence, strict=True)]


def subjects_of(period: Period, channel: Channel) -> list[dict[str, object]]:
    """Return what became of the searches through a channel, by language, as days keep it."""
    return subject_rows([each for each in _intents(period) if each.channel is channel])


def visit_rows(visits: Sequence[VisitFact]) -> list[dict[str, object]]:
    """Return the visits of a day by language and channel; robots among the staff count as robots."""
    groups: dict[tuple[str, Channel], list[VisitFact]] = defaultdict(list)
    for each in visits:
        groups[each.locale, each.channel].append(each)
    return [
        {
            "locale": locale,
            "channel": channel,
            "visits": sum(each.is_person for each in group),
            "visitors": len({each.visitor for each in group if each.is_person}),
            "bots": sum(each.is_bot for each in group),
            "staff": sum(each.is_staff and not each.is_bot for each in group),
            "simulated": sum(each.simulated for each in group),
        }
        for (locale, channel), group in sorted(groups.items())
    ]


@dataclass(frozen=True, slots=True)
class IntentFact:
    """How many searches of a day had all this in common."""

    locale: str
    channel: Channel
    subject: int
    outcome: Outcome
    is_bot: bool
    is_staff: bool
    number: int


def _intents(period: Period) -> list[IntentFact]:
    common = (
        SearchIntent.locale,
        SearchIntent.channel,
        func.coalesce(SearchIntent.subject_id, 0),
        SearchIntent.outcome,
        Visit.is_bot,
        Visit.is_staff,
    )
    rows = db.session.execute(
        select(*common, func.count())
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.created_at >= period.since,
            SearchIntent.created_at < period.until,
            Visit.settled_at.is_not(None),
        )
        .group_by(*common)
    )
    return [
        IntentFact(locale, channel, subject, outcome, is_bot, is_staff, number)
        for locale, channel, subject, outcome, is_bot, is_staff, number in rows
        if outcome is not None
    ]


def intent_rows(intents: Sequence[IntentFact]) -> list[dict[str, object]]:
    """Return the searches of a day by language and channel; robots among the staff count as robots."""
    counted: dict[tuple[str, Channel], Counter[str]] = defaultdict(Counter)
    for each in intents:
        what = "bots" if each.is_bot else "staff" if each.is_staff else each.outcome.value
        counted[each.locale, each.channel][what] += each.number
    columns = [*(each.value for each in Outcome), "bots", "staff"]
    return [
        {"locale": locale, "channel": channel, **{name: counts[name] for name in columns}}
        for (locale, channel), counts in sorted(counted.items())
    ]


def subject_rows(intents: Sequence[IntentFact]) -> list[dict[str, object]]:
    """Return the searches of people by language, with the outcomes of each article packed."""
    counted: dict[str, dict[int, Counter[Outcome]]] = defaultdict(lambda: defaultdict(Counter))
    for each in intents:
        if not each.is_bot and not each.is_staff:
            counted[each.locale][each.subject][each.outcome] += each.number
    return [
        {
            "locale": locale,
            "counts": packed_counts(
                {subject: [of[each] for each in Outcome] for subject, of in subjects.items()},
                len(Outcome),
            ),
        }
        for locale, subjects in sorted(counted.items())
    ]


def _audience_rows(
    visits: Sequence[VisitFact], period: Period
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return who came, by the language of the visit, and for which articles."""
    subjects, first = _subjects(period), _first_visits(period)
    by_locale: dict[str, list[Presence]] = defaultdict(list)
    for each in visits:
        if each.is_person:
            number = first.get(each.visitor, each.id)
            by_locale[each.locale] += [
                Presence(number, each.id, subject) for subject in subjects.get(each.id, {0})
            ]
    audience: list[dict[str, object]] = []
    presence: list[dict[str, object]] = []
    for locale, presences in sorted(by_locale.items()):
        visitors, pairs = packed(presences)
        audience.append({"locale": locale, "visitors": visitors})
        presence.append({"locale": locale, "pairs": pairs})
    return audience, presence


def _first_visits(period: Period) -> dict[str, int]:
    """Return the first visit of each visitor of a day, however long ago."""
    earliest = aliased(Visit)
    # A scalar for each visit: of a join, SQLite would read all visits in the order of their visitors.
    first = (
        select(func.min(earliest.id))
        .where(earliest.visitor == Visit.visitor)
        .correlate(Visit)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Visit.visitor, first).where(
            Visit.started_at >= period.since, Visit.started_at < period.until
        )
    )
    return {visitor: number for visitor, number in rows if number is not None}


def _subjects(period: Period) -> dict[int, set[int]]:
    """Return the translations that each visit of a day searched for or read."""
    started = (Visit.started_at >= period.since, Visit.started_at < period.until)
    found: dict[int, set[int]] = defaultdict(set)
    for visit, subject in db.session.execute(
        select(SearchIntent.visit_id, SearchIntent.subject_id)
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(*started, SearchIntent.subject_id.is_not(None))
        .union_all(
            select(ArticleRead.visit_id, ArticleRead.translation_id)
            .join(Visit, Visit.id == ArticleRead.visit_id)
            .where(*started)
        )
    ):
        found[visit].add(subject or 0)
    return found
