"""Which colleagues have a request open at this moment, and whether they write in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from feedback.requests.models import ContactRequest, RequestPresence
from kb.accounts.models import User
from kb.db import db, utc_now

PRESENT = timedelta(seconds=40)  # pages tell every fifteen seconds that they are open


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who has a request open."""

    name: str
    is_writing: bool


def show_up(
    request: ContactRequest, user_id: int, *, is_writing: bool, at: datetime | None = None
) -> None:
    """Note that somebody has a request open; commits."""
    moment = at or utc_now()
    try:
        _note(request.id, user_id, is_writing, moment)
    except IntegrityError:  # two pages of the same person at the same instant
        db.session.rollback()
        _note(request.id, user_id, is_writing, moment)


def _note(request_id: int, user_id: int, is_writing: bool, at: datetime) -> None:
    row = db.session.scalar(
        select(RequestPresence).where(
            RequestPresence.request_id == request_id, RequestPresence.user_id == user_id
        )
    )
    if row is None:
        row = RequestPresence(request_id=request_id, user_id=user_id)
        db.session.add(row)
    row.is_writing, row.seen_at = is_writing, at
    db.session.execute(delete(RequestPresence).where(RequestPresence.seen_at < at - 9 * PRESENT))
    db.session.commit()


def others(request: ContactRequest, user_id: int, *, at: datetime | None = None) -> list[Colleague]:
    """Return who else has a request open, those who write first."""
    rows = db.session.execute(
        select(User, RequestPresence.is_writing)
        .join(RequestPresence, RequestPresence.user_id == User.id)
        .where(
            RequestPresence.request_id == request.id,
            RequestPresence.user_id != user_id,
            RequestPresence.seen_at > (at or utc_now()) - PRESENT,
        )
        .order_by(RequestPresence.is_writing.desc(), User.id)
    )
    return [Colleague(user.shown_name, is_writing) for user, is_writing in rows]


def leave(request: ContactRequest, user_id: int) -> None:
    """Forget that somebody has a request open, uncommitted."""
    db.session.execute(
        delete(RequestPresence).where(
            RequestPresence.request_id == request.id, RequestPresence.user_id == user_id
        )
    )
