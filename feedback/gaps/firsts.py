"""Which row is the first of a visitor, so that visitors of any stretch of days are a sum.

A visitor counts once in a period: on the first day of it on which they asked in vain. That day is
the one whose `seen_on`, the day before on which they did, lies before the period.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, update

from feedback.gaps.models import GapEvent
from kb.db import db


class Seen(NamedTuple):
    """A row of one gap: what decides whether it is a first, and what it says so far."""

    id: int
    day: date
    visitor: str
    is_in_vain: bool
    is_first: bool
    seen_on: date | None


def firsts(rows: Iterable[Seen]) -> dict[int, date | None]:
    """Return the rows that are a visitor's first of a day, each with the day on which they came before.

    Rows of one gap, the earliest first. Only rows in vain count.
    """
    last: dict[str, date] = {}
    found: dict[int, date | None] = {}
    for row in rows:
        if row.is_in_vain and last.get(row.visitor) != row.day:
            found[row.id] = last.get(row.visitor)
            last[row.visitor] = row.day
    return found


def mark_firsts(days: Iterable[tuple[int, date]]) -> None:
    """Decide anew who was first, for the visitors of these gaps and days; committed."""
    by_gap: dict[int, set[date]] = defaultdict(set)
    for gap, day in days:
        by_gap[gap].add(day)
    for gap, touched in by_gap.items():
        changed = _changed(_rows(gap, min(touched)))
        if changed:
            db.session.execute(update(GapEvent), changed)
        db.session.commit()


def _rows(gap: int, since: date) -> Sequence[Seen]:
    """Return all rows of the visitors that a gap has had since a day, the earliest first."""
    visitors = select(GapEvent.visitor).where(GapEvent.gap_id == gap, GapEvent.day >= since)
    rows = db.session.execute(
        select(
            GapEvent.id, GapEvent.day, GapEvent.visitor, GapEvent.is_answered,
            GapEvent.is_counted, GapEvent.is_first, GapEvent.seen_on,
        )
        .where(GapEvent.gap_id == gap, GapEvent.visitor.in_(visitors))
        .order_by(GapEvent.day, GapEvent.at, GapEvent.id)
    )  # fmt: skip
    return [
        Seen(
            row.id,
            row.day,
            row.visitor,
            row.is_counted and not row.is_answered,
            row.is_first,
            row.seen_on,
        )
        for row in rows
    ]


def _changed(rows: Sequence[Seen]) -> list[dict[str, object]]:
    first = firsts(rows)
    return [
        {"id": row.id, "is_first": row.id in first, "seen_on": first.get(row.id)}
        for row in rows
        if (row.is_first, row.seen_on) != (row.id in first, first.get(row.id))
    ]
