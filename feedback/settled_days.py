"""Which days are to be added up anew when visits close, or turn out to be a program's."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from feedback.days import days_between
from feedback.models import Visit, Vote

AT_ONCE = 500  # visits in one statement

_Span = Select[datetime, datetime]


def days_changed_by(session: Session, visit_ids: Collection[int]) -> set[date]:
    """Return the days of the visits, those of their votes, and those on which these visitors came again.

    A vote may have been changed long after its visit. The sums of a later day know who had come before.
    """
    later = aliased(Visit)
    came_again = (
        select(later.started_at, later.last_seen_at)
        .join(Visit, Visit.visitor == later.visitor)
        .where(later.started_at > Visit.started_at, later.settled_at.is_not(None))
    )
    queries: tuple[tuple[Any, _Span], ...] = (
        (Visit.id, select(Visit.started_at, Visit.last_seen_at)),
        (Visit.id, came_again),
        (Vote.visit_id, select(Vote.voted_at, Vote.voted_at)),
    )
    return {
        day
        for column, spans in queries
        for some in _in_parts(visit_ids)
        for first, last in session.execute(spans.where(column.in_(some)))
        for day in days_between(first, last)
    }


def _in_parts(visit_ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(visit_ids)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
