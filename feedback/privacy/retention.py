"""Erase events by age. The sums that reports keep of those days stay as they were."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from feedback.contact.models import ContactRequest
from feedback.days import day_of, span
from feedback.gaps.following import forget
from feedback.models import Visit, Vote
from feedback.reports.rollups import freeze
from feedback.spool.draining import drain
from feedback.surveys.models import SurveyResponse
from kb.db import db, utc_now
from kb.locales import settings

NOBODY = "erased-"  # and the vote's number, as a visitor has one vote for a revision
BATCH_ROWS = 500  # erased in one transaction: nobody waits long for the lock


def keep_retention(now: datetime | None = None) -> int:
    """Erase what is older than the settings say, in small steps; return how many rows were chosen.

    Visits go with their searches and readings. Votes stay, as the answer to a text that is still
    read, but nothing tells any more who gave them or what they had asked.
    """
    moment = now or utc_now()
    drain(wait_seconds=5)
    events = _midnight(moment - timedelta(days=settings().retention_days))
    requests = _midnight(moment - timedelta(days=settings().request_retention_days))
    if db.session.scalar(select(Visit.id).where(Visit.started_at < events).limit(1)) is not None:
        freeze(events - timedelta(microseconds=1))
    forget(before=events)
    db.session.commit()
    return (
        _erase(Visit.id, Visit.last_seen_at < events)
        + _erase(SurveyResponse.id, SurveyResponse.asked_at < events)
        + _erase(ContactRequest.id, ContactRequest.created_at < requests)
        + _part_votes_from_voters(events)
    )


def _midnight(moment: datetime) -> datetime:
    """Return where the site's day of a moment begins: days are erased as a whole."""
    return span(day_of(moment)).since


def _erase(key: InstrumentedAttribute[int], condition: ColumnElement[bool]) -> int:
    erased = 0
    while ids := db.session.scalars(select(key).where(condition).limit(BATCH_ROWS)).all():
        db.session.execute(
            delete(key.class_).where(key.in_(ids)).execution_options(synchronize_session=False)
        )
        db.session.commit()
        erased += len(ids)
    return erased


def _part_votes_from_voters(before: datetime) -> int:
    parted: dict[Any, Any] = {Vote.origin: "", Vote.query: ""}
    old = (Vote.voted_at < before, ~Vote.visitor.startswith(NOBODY))
    count = 0
    while ids := db.session.scalars(select(Vote.id).where(*old).limit(BATCH_ROWS)).all():
        db.session.execute(
            update(Vote), [{"id": each, "visitor": f"{NOBODY}{each}"} for each in ids]
        )
        db.session.execute(
            update(Vote)
            .where(Vote.id.in_(ids))
            .values(parted)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
        count += len(ids)
    return count
