"""How often somebody may write, counted in the database: restarts and processes change nothing.

A whole company may share one network, so that its limit is generous; that of one visitor is what a
person in trouble may need.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.requests.files.inspecting import MEGABYTE
from feedback.requests.models import ContactRequest, RequestFile
from feedback.visitors import Visitor
from feedback.waiting.models import Waiting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REQUESTS_PER_VISITOR = ((5, HOUR), (12, DAY))
REQUESTS_PER_ORIGIN = ((30, HOUR), (150, DAY))
COPIES_PER_ADDRESS = ((3, DAY),)  # so that nobody fills somebody else's mailbox
WAITING_PER_VISITOR = ((5, HOUR), (20, DAY))
WAITING_PER_ORIGIN = ((30, HOUR),)
WAITING_PER_ADDRESS = 10  # questions open at one time
FILES_PER_VISITOR = ((30, HOUR), (80, DAY))
FILES_PER_ORIGIN = ((200, HOUR), (800, DAY))
BYTES_PER_VISITOR = 200 * MEGABYTE  # a day
BYTES_PER_ORIGIN = 1_000 * MEGABYTE  # a day

Limits = tuple[tuple[int, timedelta], ...]
Column = InstrumentedAttribute[Any]


class TooMany(RuntimeError):
    """More than one may send within the window."""


def check_requests(session: Session, visitor: Visitor, at: datetime) -> None:
    """Raise `TooMany` where the visitor or their network has sent enough."""
    sent = ContactRequest.created_at
    check(session, ContactRequest.visitor, visitor.id, sent, REQUESTS_PER_VISITOR, at=at)
    check(session, ContactRequest.origin, visitor.origin, sent, REQUESTS_PER_ORIGIN, at=at)


def check_waiting(session: Session, visitor: Visitor, email: str, at: datetime) -> None:
    """Raise `TooMany` where the visitor, their network or the address has asked enough."""
    asked = Waiting.created_at
    check(session, Waiting.visitor, visitor.id, asked, WAITING_PER_VISITOR, at=at)
    check(session, Waiting.origin, visitor.origin, asked, WAITING_PER_ORIGIN, at=at)
    open_questions = select(func.count()).where(Waiting.email == email)
    if (session.scalar(open_questions) or 0) >= WAITING_PER_ADDRESS:
        raise TooMany


def check_files(session: Session, visitor: Visitor, size: int, at: datetime) -> None:
    """Raise `TooMany` where the visitor or their network has sent enough files, or enough bytes."""
    sent = RequestFile.created_at
    for who, value, limits, most in (
        (RequestFile.visitor, visitor.id, FILES_PER_VISITOR, BYTES_PER_VISITOR),
        (RequestFile.origin, visitor.origin, FILES_PER_ORIGIN, BYTES_PER_ORIGIN),
    ):
        check(session, who, value, sent, limits, at=at)
        total = select(func.coalesce(func.sum(RequestFile.size), 0))
        of_a_day = session.scalar(total.where(who == value, sent > at - DAY)) or 0
        if value and of_a_day + size > most:
            raise TooMany


def check(
    session: Session, who: Column, value: str, when: Column, limits: Limits, *, at: datetime
) -> None:
    """Raise `TooMany` where one of the limits is reached; what is not known has no limit."""
    if value and is_reached(session, who, value, when, limits, at=at):
        raise TooMany


def is_reached(
    session: Session, who: Column, value: str, when: Column, limits: Limits, *, at: datetime
) -> bool:
    """Tell whether so many rows of somebody lie within one of the windows before `at`."""
    return any(
        (session.scalar(select(func.count()).where(who == value, when > at - window)) or 0) >= most
        for most, window in limits
    )
