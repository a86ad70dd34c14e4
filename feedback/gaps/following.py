"""Every event in the words of a kept gap becomes a row: the figures of gaps are sums over these.

The rows are a projection. `follow` brings them up to date from the events and the wordings, whatever
happened in between (outcomes decided anew, wordings that moved, visits found to be of robots); a run
that was killed is made good by the next one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from feedback.gaps.belonging import strays
from feedback.gaps.facts import Expressed, Source
from feedback.gaps.firsts import mark_firsts
from feedback.gaps.models import Gap, GapEvent, GapWording
from feedback.gaps.said import batched, reworded, said_rows, unsaid
from feedback.models import SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.requests.models import ContactRequest
from kb.db import db
from kb.locales import settings

BATCH = 2_000  # rows written in one transaction
VISITORS_OF_ONE_NETWORK = 3  # a day: more of them ask from one machine, or to plant a gap

Day = tuple[int, date]
"""(gap, day)"""


def follow(expressed: Collection[Expressed] = ()) -> int:
    """Bring the rows up to date; return how many were added.

    Searches are found by their words; requests and comments are taken from what was `expressed`.
    """
    touched = _forget_changed() | _forget_reworded(expressed) | _move()
    added = 0
    for rows in chain(_missing(), [said_rows(expressed)]):
        if rows:
            db.session.execute(insert(GapEvent), rows)
        db.session.commit()
        added += len(rows)
        touched |= {(row["gap_id"], row["day"]) for row in rows}
    _forget_old_comments()
    recount(touched)
    return added


def _forget_old_comments() -> None:
    """Forget comments that nobody stands by any more: changed, taken back or erased."""
    said = exists(select(GapEvent.id).where(GapEvent.wording_id == GapWording.id))
    gone = delete(GapWording).where(GapWording.source == Source.COMMENT, ~said)
    db.session.execute(gone.execution_options(synchronize_session=False))
    db.session.commit()


def _home() -> Any:
    """Return the gap that a wording is shown under: its own, or the one that this is merged into."""
    return func.coalesce(Gap.merged_into_id, Gap.id)


def _forget_changed() -> set[Day]:
    """Forget rows whose search or visit is another thing now, or gone; they come back if due."""
    same = exists(
        select(SearchIntent.id)
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.id == GapEvent.event_id,
            SearchIntent.outcome == GapEvent.outcome,
            func.coalesce(SearchIntent.subject_id, 0) == func.coalesce(GapEvent.subject_id, 0),
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
        )
    )
    gone = or_(and_(GapEvent.source == Source.SEARCH, ~same), unsaid())
    days = {
        tuple(row) for row in db.session.execute(select(GapEvent.gap_id, GapEvent.day).where(gone))
    }
    if days:
        db.session.execute(
            delete(GapEvent).where(gone).execution_options(synchronize_session=False)
        )
        db.session.commit()
    return days  # type: ignore[return-value]


def _forget_reworded(expressed: Iterable[Expressed]) -> set[Day]:
    """Forget comments that say something else now; they come back in their new words."""
    old = reworded(expressed)
    for some in batched(old, BATCH):
        db.session.execute(delete(GapEvent).where(GapEvent.id.in_(some)))
    db.session.commit()
    return set(old.values())


def _move() -> set[Day]:
    """Let rows follow their wording to another gap."""
    rows = db.session.execute(
        select(GapEvent.id, GapEvent.gap_id, GapEvent.day, _home().label("home"))
        .join(GapWording, GapWording.id == GapEvent.wording_id)
        .join(Gap, Gap.id == GapWording.gap_id)
        .where(GapEvent.gap_id != _home())
    ).all()
    if rows:
        db.session.execute(update(GapEvent), [{"id": row.id, "gap_id": row.home} for row in rows])
        db.session.commit()
    return {(gap, row.day) for row in rows for gap in (row.gap_id, row.home)}


def _missing() -> Iterator[list[dict[str, Any]]]:
    """Yield the searches in the words of a gap that have no row, some at a time."""
    last = 0
    while found := _next_after(last):
        last = found[-1][0].id
        yield _rows(found)


def _next_after(number: int) -> Sequence[Any]:
    known = aliased(GapEvent)
    return db.session.execute(
        select(SearchIntent, Visit.visitor, Visit.origin, GapWording.id, _home())
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .join(
            GapWording,
            and_(
                GapWording.locale == SearchIntent.locale,
                GapWording.normalised == SearchIntent.normalised,
                GapWording.source == Source.SEARCH,
            ),
        )
        .join(Gap, Gap.id == GapWording.gap_id)
        .outerjoin(known, and_(known.source == Source.SEARCH, known.event_id == SearchIntent.id))
        .where(
            SearchIntent.id > number,
            known.id.is_(None),
            SearchIntent.outcome.is_not(None),
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
        )
        .order_by(SearchIntent.id)
        .limit(BATCH)
    ).all()


def _rows(found: Sequence[Any]) -> list[dict[str, Any]]:
    """Return searches as rows, with what they led to."""
    visits = {row[0].visit_id for row in found}
    answered, requests = _answered_in(visits), _requests_of(visits)
    zone = ZoneInfo(settings().timezone)
    return [
        {
            "gap_id": gap_id,
            "wording_id": wording_id,
            "source": Source.SEARCH,
            "event_id": intent.id,
            "at": intent.created_at,
            "day": intent.created_at.astimezone(zone).date(),
            "locale": intent.locale,
            "visitor": visitor,
            "origin": origin,
            "subject_id": intent.subject_id,
            "outcome": intent.outcome,
            "is_answered": intent.id in answered,
            "request_id": requests.get(intent.visit_id)
            if intent.outcome is Outcome.ESCALATED
            else None,
            "simulated": intent.simulated,
        }
        for intent, visitor, origin, wording_id, gap_id in found
    ]


def _answered_in(visits: Iterable[int]) -> set[int]:
    """Return the searches of visits that were answered, in their words or in others of the visit."""
    rows = db.session.execute(
        select(SearchIntent.id, SearchIntent.reformulation_of_id, SearchIntent.outcome).where(
            SearchIntent.visit_id.in_(visits)
        )
    ).all()
    won = {row.id for row in rows if row.outcome is Outcome.ANSWERED}
    return won | answered_in_other_words({row.id: row.reformulation_of_id for row in rows}, won)


def answered_in_other_words(
    reformulation_of: Mapping[int, int | None], answered: Iterable[int]
) -> set[int]:
    """Return the searches of which a rewording, or one of that, and so on, was answered."""
    helped: set[int] = set()
    for each in answered:
        before = reformulation_of.get(each)
        while before is not None and before not in helped:
            helped.add(before)
            before = reformulation_of.get(before)
    return helped


def _requests_of(visits: Iterable[int]) -> dict[int, int]:
    """Return the first request of each visit that sent one."""
    rows = db.session.execute(
        select(ContactRequest.visit_id, func.min(ContactRequest.id))
        .where(ContactRequest.visit_id.in_(visits))
        .group_by(ContactRequest.visit_id)
    )
    return {visit: request for visit, request in rows if visit is not None}


def _count(days: Iterable[Day]) -> None:
    """Decide which rows count as visitors, on the days of gaps that have changed."""
    by_day: dict[date, set[int]] = defaultdict(set)
    for gap, day in days:
        by_day[day].add(gap)
    for day, gaps in by_day.items():
        rows = db.session.execute(
            select(
                GapEvent.id, GapEvent.gap_id, GapEvent.origin, GapEvent.visitor, GapEvent.is_counted
            )
            .where(GapEvent.day == day, GapEvent.gap_id.in_(gaps), GapEvent.origin != "")
            .order_by(GapEvent.at, GapEvent.id)
        ).all()
        counted = counted_rows([(row.id, row.gap_id, row.origin, row.visitor) for row in rows])
        changed = [
            {"id": row.id, "is_counted": row.id in counted}
            for row in rows
            if row.is_counted is not (row.id in counted)
        ]
        if changed:
            db.session.execute(update(GapEvent), changed)
    db.session.commit()


def counted_rows(rows: Iterable[tuple[int, int, str, str]]) -> set[int]:
    """Return which rows (id, gap, network, visitor) of one day count, the earliest first.

    Of the visitors of one network only the first three count, each with all that they asked.
    """
    seen: dict[tuple[int, str], dict[str, None]] = defaultdict(dict)
    counted = set()
    for row, gap, origin, visitor in rows:
        visitors = seen[gap, origin]
        if visitor in visitors or len(visitors) < VISITORS_OF_ONE_NETWORK:
            visitors[visitor] = None
            counted.add(row)
    return counted


def let_go_of_strays() -> int:
    """Take wordings that fare as they should out of the gaps that they were joined to.

    An answer changes how wordings fare, so what came after it says nothing here.
    """
    numbers = [number for counts in _fortunes().values() for number in strays(counts)]
    touched: set[Day] = set()
    for some in batched(numbers, BATCH):
        of_these = GapEvent.wording_id.in_(some)
        days = db.session.execute(select(GapEvent.gap_id, GapEvent.day).where(of_these))
        touched |= {(row.gap_id, row.day) for row in days}
        for rows in (
            delete(GapEvent).where(of_these),
            delete(GapWording).where(GapWording.id.in_(some)),
        ):
            db.session.execute(rows.execution_options(synchronize_session=False))
        db.session.commit()
    _count(touched)
    mark_firsts(touched)
    return len(numbers)


def _fortunes() -> dict[int, dict[int, tuple[int, int]]]:
    """Return for each gap, by wording, how often it was asked in vain, and how often at all."""
    in_vain = func.sum(case((GapEvent.is_answered.is_(False), 1), else_=0))
    rows = db.session.execute(
        select(GapEvent.gap_id, GapEvent.wording_id, in_vain, func.count())
        .join(Gap, Gap.id == GapEvent.gap_id)
        .where(
            GapEvent.is_counted.is_(True),
            or_(Gap.answered_at.is_(None), GapEvent.at < Gap.answered_at),
        )
        .group_by(GapEvent.gap_id, GapEvent.wording_id)
    )
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for gap, wording, left, times in rows:
        found[gap][wording] = int(left), times
    return found


def forget(*, visitors: Sequence[str] = (), before: datetime | None = None) -> int:
    """Erase the rows of visitors, or those from before a moment; uncommitted. Return how many.

    Wordings that nobody is known to have used any more go with them.
    """
    conditions: list[ColumnElement[bool]] = [GapEvent.visitor.in_(visitors)] if visitors else []
    if before is not None:
        conditions.append(GapEvent.at < before)
    return len(forget_rows(or_(*conditions))) if conditions else 0


def forget_rows(condition: ColumnElement[bool]) -> list[Day]:
    """Erase rows with the wordings that only they used; uncommitted. Return the gap and day of each.

    Wordings that never had a row, of gaps opened by hand, stay.
    """
    rows = db.session.execute(
        select(GapEvent.gap_id, GapEvent.day, GapEvent.wording_id).where(condition)
    ).all()
    db.session.execute(
        delete(GapEvent).where(condition).execution_options(synchronize_session=False)
    )
    is_used = exists(select(GapEvent.id).where(GapEvent.wording_id == GapWording.id))
    for some in batched(dict.fromkeys(row.wording_id for row in rows), BATCH):
        db.session.execute(
            delete(GapWording)
            .where(GapWording.id.in_(some), ~is_used)
            .execution_options(synchronize_session=False)
        )
    return [(row.gap_id, row.day) for row in rows]


def recount(days: Iterable[Day]) -> None:
    """Decide anew which rows count on these days of gaps, and who was first; committed."""
    touched = set(days)
    _count(touched)
    mark_firsts(touched)
