"""Erase what the site holds of a person."""

from datetime import date

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.contact.models import ContactRequest
from feedback.days import day_of, days_between, touch
from feedback.models import Visit, Vote
from feedback.privacy.holdings import AT_ONCE, Holding, Person, holdings
from feedback.spool.draining import drain, positions
from feedback.spool.events import spool_of
from feedback.surveys.models import SurveyResponse
from kb.db import db

DRAIN_WAIT_SECONDS = 30


class EventsWait(RuntimeError):
    """The database takes no events just now, so that some would enter after the others were erased."""


def erase(person: Person) -> list[Holding]:
    """Erase all that is a person's, on disk too; return what it was. Reports add up the days anew.

    Raises `EventsWait` before anything is erased when the spool cannot be emptied.
    """
    if not drain(wait_seconds=DRAIN_WAIT_SECONDS).is_complete:
        raise EventsWait
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    session = db.session()
    found = holdings(session, person)
    touch(session, _days(session, found))
    visitors = _visitors(session, found) | {person.visitor} - {""}
    for holding in found:
        for start in range(0, len(holding.ids), AT_ONCE):
            _delete(session, holding, holding.ids[start : start + AT_ONCE])
    session.commit()
    for visitor in visitors:
        spool_of(current_app).forget(visitor.encode(), positions())
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.rollback()
    return found


def _delete(session: Session, holding: Holding, ids: tuple[int, ...]) -> None:
    model = holding.model
    key = model.id  # type: ignore[attr-defined]
    session.execute(delete(model).where(key.in_(ids)).execution_options(synchronize_session=False))


def _visitors(session: Session, found: list[Holding]) -> set[str]:
    ids = [each for holding in found if holding.model is Visit for each in holding.ids]
    return {
        visitor
        for start in range(0, len(ids), AT_ONCE)
        for visitor in session.scalars(
            select(Visit.visitor).where(Visit.id.in_(ids[start : start + AT_ONCE]))
        )
    }


def _days(session: Session, found: list[Holding]) -> set[date]:
    """Return the days whose figures change."""
    moments = {Vote: Vote.voted_at, ContactRequest: ContactRequest.created_at,
               SurveyResponse: SurveyResponse.asked_at}  # fmt: skip
    days: set[date] = set()
    for holding in found:
        for start in range(0, len(holding.ids), AT_ONCE):
            ids = holding.ids[start : start + AT_ONCE]
            if holding.model is Visit:
                spans = select(Visit.started_at, Visit.last_seen_at).where(Visit.id.in_(ids))
                for first, last in session.execute(spans):
                    days |= set(days_between(first, last))
            elif holding.model in moments:
                column = moments[holding.model]
                key = holding.model.id  # type: ignore[attr-defined]
                days |= set(map(day_of, session.scalars(select(column).where(key.in_(ids)))))
    return days
