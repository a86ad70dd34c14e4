"""“Tell me when it is answered”: an address kept for one message about one question, then erased."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.contact import limits
from feedback.contact.keeping import keep
from feedback.intents import clean, normalise
from feedback.redaction import redact
from feedback.visitors import Visitor
from feedback.waiting.matching import gap_of_same_words
from feedback.waiting.models import Waiting
from kb.db import db, utc_now

UNTOLD = timedelta(days=365)  # who was not told within a year has found another way


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that somebody waits for, as it was kept."""

    waiting_id: int
    query: str


class NothingAsked(ValueError):
    """A question without words."""


def wait_for(
    visitor: Visitor, query: str, locale: str, email: str, *, at: datetime | None = None
) -> Asked:
    """Keep that `email` (checked by the caller) wants to be told when `query` has an answer.

    The same question again changes nothing. Raises `NothingAsked`, `limits.TooMany` or
    `NotRecorded`; then nothing is kept.
    """
    moment = at or utc_now()
    words = clean(redact(clean(query)))
    normalised = normalise(words)
    if not any(char.isalnum() for char in normalised):
        raise NothingAsked(query)

    def work(session: Session) -> Asked:
        known = session.scalar(
            select(Waiting).where(
                Waiting.email == email, Waiting.locale == locale, Waiting.normalised == normalised
            )
        )
        if known is not None:
            return Asked(known.id, known.query)
        limits.check_waiting(session, visitor, email, moment)
        waiting = Waiting(
            query=words,
            normalised=normalised,
            locale=locale,
            email=email,
            visitor=visitor.id,
            origin=visitor.origin,
            gap_id=gap_of_same_words(session, locale, normalised),
            created_at=moment,
        )
        session.add(waiting)
        session.flush()
        return Asked(waiting.id, words)

    return keep(work)


def forget(waiting_id: int) -> None:
    """Erase the address and the question of somebody who no longer wants to be told."""
    db.session.execute(delete(Waiting).where(Waiting.id == waiting_id, Waiting.told_at.is_(None)))
    db.session.commit()


def forget_untold(now: datetime | None = None) -> int:
    """Erase the addresses of those who were not told within a year; return how many."""
    before = (now or utc_now()) - UNTOLD
    gone = db.session.scalars(
        delete(Waiting)
        .where(Waiting.told_at.is_(None), Waiting.created_at < before)
        .returning(Waiting.id)
    ).all()
    db.session.commit()
    return len(gone)
