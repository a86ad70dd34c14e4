"""Where a request stands: answered, resolved, opened again; every step can be taken back.

None of these verbs commits: the caller does, with whatever else belongs to the same act.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.signals import request_answered, request_reopened, request_resolved, tell
from feedback.surveys import inviting
from kb.audit.recording import record
from kb.db import db, utc_now


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


def state_of(request: ContactRequest) -> State:
    """Return where a request stands: open where the staff have the next word."""
    if request.resolved_at is not None:
        return State.RESOLVED
    return State.OPEN if request.answered_at is None else State.ANSWERED


def record_act(request: ContactRequest, act: str, by: Author, **details: Any) -> None:
    """Tell the audit log, by the reference alone: whose request it is stays out of it."""
    name = by.value if by is Author.CUSTOMER else ""
    record(
        f"request.{act}",
        thing="request",
        thing_id=request.id,
        label=request.reference,
        by=name,
        **details,
    )


def mark_answered(
    request: ContactRequest, *, at: datetime | None = None, message: RequestMessage | None = None
) -> None:
    """Note the first answer of the staff, whether it stands in the thread or not; a later one changes nothing."""
    if request.answered_at is None:
        request.answered_at = at or utc_now()
        request.waiting_since = None
        record_act(request, "answered", Author.STAFF)
        tell(request_answered, request=request, message=message)


def resolve(
    request: ContactRequest, *, by: Author = Author.STAFF, at: datetime | None = None
) -> None:
    """Close a request, and ask its sender how it was dealt with.

    Where the staff close it the question goes by mail, unless somebody takes it back; customers who
    close it themselves are asked on the page, and nobody has answered them if nobody had before.
    """
    if request.resolved_at is not None:
        return
    moment = at or utc_now()
    if by is Author.STAFF:
        mark_answered(request, at=moment)
        inviting.invite(request, at=moment)
    request.resolved_at, request.closed_by, request.waiting_since = moment, by, None
    record_act(request, "resolved", by)
    tell(request_resolved, request=request, by=by)


def reopen(
    request: ContactRequest, *, by: Author = Author.STAFF, at: datetime | None = None
) -> None:
    """Take back that a request was resolved, and the question about it where it has not left yet."""
    if request.resolved_at is None:
        return
    # What resolving alone had set goes with it.
    if request.answered_at == request.resolved_at and not _has_answer(request):
        request.answered_at = None
    request.resolved_at, request.closed_by = None, None
    request.waiting_since = _waits_since(request)
    if by is Author.CUSTOMER:
        request.waiting_since = request.waiting_since or at or utc_now()
    inviting.withdraw(request)
    record_act(request, "reopened", by)
    tell(request_reopened, request=request, by=by)


def mark_unanswered(request: ContactRequest) -> None:
    """Take back that a request was answered, where no answer stands in its thread."""
    reopen(request)
    if request.answered_at is not None and not _has_answer(request):
        request.answered_at = None
        request.waiting_since = _waits_since(request)
        record_act(request, "unanswered", Author.STAFF)


def _last_answer(request: ContactRequest) -> datetime | None:
    return db.session.scalar(
        select(func.max(RequestMessage.created_at)).where(
            RequestMessage.request_id == request.id,
            RequestMessage.author == Author.STAFF,
            RequestMessage.is_note.is_(False),
            RequestMessage.is_automatic.is_(False),
        )
    )


def _has_answer(request: ContactRequest) -> bool:
    return _last_answer(request) is not None


def _waits_since(request: ContactRequest) -> datetime | None:
    """Return the first words of the customer after the last answer, None where there are none."""
    answered = _last_answer(request) or request.answered_at
    if answered is None:
        return request.created_at
    return db.session.scalar(
        select(func.min(RequestMessage.created_at)).where(
            RequestMessage.request_id == request.id,
            RequestMessage.author == Author.CUSTOMER,
            RequestMessage.is_automatic.is_(False),
            RequestMessage.created_at > answered,
        )
    )
