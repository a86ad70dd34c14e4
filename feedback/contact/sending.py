"""Take a request to a person: stored, and mailed to whoever answers, in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.contact import limits, mails
from feedback.contact.attempts import attempt_of
from feedback.contact.form import Letter, address
from feedback.contact.keeping import keep
from feedback.models import Channel
from feedback.requests.models import ContactRequest
from feedback.requests.opening import Opening, open_request
from feedback.visitors import Visitor
from kb.db import utc_now

TWICE = timedelta(hours=1)  # the same words again within this time are the same request


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was kept. `is_copied`: its sender gets a copy by e-mail."""

    request_id: int
    reference: str
    is_copied: bool


def send_request(
    visitor: Visitor,
    letter: Letter,
    locale: str,
    *,
    subject_id: int | None = None,
    channel: Channel = Channel.SITE,
    delay: timedelta | None = None,
    at: datetime | None = None,
) -> Sent:
    """Keep a letter without problems and put its messages into the outbox.

    The same letter again is the first one. Raises `limits.TooMany` or `NotRecorded`; then nothing
    is kept. What a program wrote into a field that people do not see is kept and not mailed.
    """
    moment = at or utc_now()

    def work(session: Session) -> Sent:
        twin = _twin(session, visitor, letter, moment)
        if twin is not None:
            return Sent(twin.id, twin.reference, is_copied=False)
        limits.check_requests(session, visitor, moment)
        may_copy = limits.may_copy(session, address(letter.email) or "", moment)
        request = _opened(
            session, visitor, letter, locale, at=moment, channel=channel, subject_id=subject_id
        )
        is_copied = may_copy and not request.is_bot
        if not request.is_bot:
            mails.to_staff(request)
        if is_copied:
            mails.copy_to_sender(request, delay)
        return Sent(request.id, request.reference, is_copied)

    return keep(work)


def _twin(
    session: Session, visitor: Visitor, letter: Letter, at: datetime
) -> ContactRequest | None:
    return session.scalar(
        select(ContactRequest).where(
            ContactRequest.visitor == visitor.id,
            ContactRequest.created_at > at - TWICE,
            ContactRequest.subject == letter.subject,
            ContactRequest.message == letter.message,
            ContactRequest.email == address(letter.email),
        )
    )


def _opened(
    session: Session,
    visitor: Visitor,
    letter: Letter,
    locale: str,
    *,
    at: datetime,
    channel: Channel,
    subject_id: int | None,
) -> ContactRequest:
    attempt = None if visitor.is_private else attempt_of(session, visitor, locale, at, channel)
    if attempt is not None and attempt.started_at is None:
        attempt.started_at = at
    return open_request(
        session,
        Opening(
            letter.subject,
            letter.message,
            address(letter.email) or "",
            locale,
            channel=channel,
            at=at,
            visitor=visitor,
            visit_id=attempt.visit_id if attempt else None,
            subject_id=subject_id,
            is_bot=letter.is_trapped,
        ),
    )
