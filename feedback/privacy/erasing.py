"""Erase what the site holds of a person."""

from collections.abc import Iterable
from datetime import date

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.days import day_of, days_between, touch
from feedback.gaps.following import Day, forget_rows, recount
from feedback.gaps.models import GapEvent
from feedback.mailbox.arriving import take_in_all
from feedback.models import Visit, Vote
from feedback.privacy.files import files_of, forget
from feedback.privacy.holdings import Holding, Person, holdings
from feedback.privacy.words import forget_unused_words
from feedback.reports import rollups
from feedback.reports.articles_days import chunks
from feedback.requests import word_index
from feedback.requests.models import ContactRequest
from feedback.spool.draining import drain, positions
from feedback.spool.events import spool_of
from feedback.surveys.models import SurveyResponse
from kb.db import db

DRAIN_WAIT_SECONDS = 30


class EventsWait(RuntimeError):
    """The database takes nothing just now, so that some would enter after the rest was erased."""


def erase(person: Person) -> list[Holding]:
    """Erase all that is a person's, on disk too; return what it was. Figures are added up without it.

    Raises `EventsWait` before anything is erased when events or mails on disk cannot be entered first.
    """
    if not drain(wait_seconds=DRAIN_WAIT_SECONDS).is_complete:
        raise EventsWait
    if not take_in_all(wait_seconds=DRAIN_WAIT_SECONDS):
        raise EventsWait
    session = db.session()
    found = holdings(session, person)
    visitors = _visitors(session, found) | {person.visitor} - {""}
    touch(session, _days(session, found) | _days_of_visitors(session, visitors))
    files = files_of(session, found)
    gap_days = [each for holding in found for each in _delete(session, holding)]
    session.commit()
    forget(files)
    for visitor in visitors:
        spool_of(current_app).forget(visitor.encode(), positions())
    _forget_derived(gap_days)
    return found


def _forget_derived(gap_days: Iterable[Day]) -> None:
    """Add up the figures anew, and erase the words that only the erased events had."""
    word_index.purge()
    recount(gap_days)
    rollups.refresh_for_page()
    forget_unused_words()
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.rollback()


def _delete(session: Session, holding: Holding) -> list[Day]:
    """Erase rows; return the days of gaps that they counted in."""
    model, days = holding.model, []
    key = model.id  # type: ignore[attr-defined]
    for some in chunks(holding.ids):
        if model is GapEvent:
            days += forget_rows(key.in_(some))
        else:
            session.execute(
                delete(model).where(key.in_(some)).execution_options(synchronize_session=False)
            )
    return days


def _visitors(session: Session, found: list[Holding]) -> set[str]:
    ids = [each for holding in found if holding.model is Visit for each in holding.ids]
    return {
        visitor
        for some in chunks(ids)
        for visitor in session.scalars(select(Visit.visitor).where(Visit.id.in_(some)))
    }


def _days_of_visitors(session: Session, visitors: Iterable[str]) -> set[date]:
    """Return every day on which they came: the sums of later days know that they had been there."""
    return {
        day
        for some in chunks(visitors)
        for first, last in session.execute(
            select(Visit.started_at, Visit.last_seen_at).where(Visit.visitor.in_(some))
        )
        for day in days_between(first, last)
    }


def _days(session: Session, found: list[Holding]) -> set[date]:
    """Return the days of what was said, which may be without a visit."""
    moments = {Vote: Vote.voted_at, ContactRequest: ContactRequest.created_at,
               SurveyResponse: SurveyResponse.asked_at}  # fmt: skip
    return {
        day_of(moment)
        for holding in found
        if holding.model in moments
        for some in chunks(holding.ids)
        for moment in session.scalars(
            select(moments[holding.model]).where(holding.model.id.in_(some))  # type: ignore[attr-defined]
        )
    }
