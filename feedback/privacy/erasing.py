"""Erase what the site holds of a person."""

from datetime import date

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.contact.models import ContactRequest
from feedback.days import day_of, days_between, touch
from feedback.models import Visit, Vote
from feedback.privacy.holdings import AT_ONCE, Holding, Person, holdings
from feedback.spool.draining import drain
from feedback.spool.events import spool_of
from feedback.surveys.models import SurveyResponse
from kb.db import db


def erase(person: Person) -> list[Holding]:
    """Erase all that is a person's, on disk too; return what it was. Reports add up the days anew."""
    drain(wait_seconds=5)
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    session = db.session()
    found = holdings(session, person)
    touch(session, _days(session, found))
    for holding in found:
        for start in range(0, len(holding.ids), AT_ONCE):
            _delete(session, holding, holding.ids[start : start + AT_ONCE])
    session.commit()
    if person.visitor:
        spool_of(current_app).forget(person.visitor.encode())
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.rollback()
    return found


def _delete(session: Session, holding: Holding, ids: tuple[int, ...]) -> None:
    model = holding.model
    key = model.id  # type: ignore[attr-defined]
    session.execute(delete(model).where(key.in_(ids)).execution_options(synchronize_session=False))


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
