"""Where a request stands: answered, resolved, opened again; every step can be taken back."""

from datetime import datetime
from enum import StrEnum

from feedback.contact.models import ContactRequest
from feedback.surveys import inviting
from kb.db import db, utc_now


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


def state_of(request: ContactRequest) -> State:
    """Return where a request stands."""
    if request.resolved_at is not None:
        return State.RESOLVED
    return State.OPEN if request.answered_at is None else State.ANSWERED


def mark_answered(request: ContactRequest, *, at: datetime | None = None) -> None:
    """Note the first answer of the staff; a later one changes nothing."""
    request.answered_at = request.answered_at or at or utc_now()
    db.session.commit()


def resolve(request: ContactRequest, *, at: datetime | None = None) -> None:
    """Close a request, and ask its sender how it was dealt with, unless somebody takes it back."""
    moment = at or utc_now()
    if request.resolved_at is None:
        request.answered_at = request.answered_at or moment
        request.resolved_at = moment
        inviting.invite(request, at=moment)
    db.session.commit()


def reopen(request: ContactRequest) -> None:
    """Take back that a request was resolved, and the question about it where it has not left yet."""
    if request.resolved_at is not None:
        # What resolving alone had set goes with it.
        if request.answered_at == request.resolved_at:
            request.answered_at = None
        request.resolved_at = None
        inviting.withdraw(request)
    db.session.commit()


def mark_unanswered(request: ContactRequest) -> None:
    """Take back that a request was answered."""
    reopen(request)
    request.answered_at = None
    db.session.commit()
