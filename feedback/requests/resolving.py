"""Where a request stands: answered, resolved, opened again; every step can be taken back."""

from datetime import datetime
from enum import StrEnum

from feedback.requests.models import ContactRequest
from feedback.surveys import inviting
from kb.audit.recording import record
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


def _record(request: ContactRequest, act: str) -> None:
    """Tell the audit log, by the reference alone: whose request it is stays out of it."""
    record(f"request.{act}", thing="request", thing_id=request.id, label=request.reference)


def mark_answered(request: ContactRequest, *, at: datetime | None = None) -> None:
    """Note the first answer of the staff; a later one changes nothing."""
    if request.answered_at is None:
        request.answered_at = at or utc_now()
        _record(request, "answered")
    db.session.commit()


def resolve(request: ContactRequest, *, at: datetime | None = None) -> None:
    """Close a request, and ask its sender how it was dealt with, unless somebody takes it back."""
    moment = at or utc_now()
    if request.resolved_at is None:
        request.answered_at = request.answered_at or moment
        request.resolved_at = moment
        inviting.invite(request, at=moment)
        _record(request, "resolved")
    db.session.commit()


def reopen(request: ContactRequest) -> None:
    """Take back that a request was resolved, and the question about it where it has not left yet."""
    if request.resolved_at is not None:
        # What resolving alone had set goes with it.
        if request.answered_at == request.resolved_at:
            request.answered_at = None
        request.resolved_at = None
        inviting.withdraw(request)
        _record(request, "reopened")
    db.session.commit()


def mark_unanswered(request: ContactRequest) -> None:
    """Take back that a request was answered."""
    reopen(request)
    if request.answered_at is not None:
        request.answered_at = None
        _record(request, "unanswered")
    db.session.commit()
