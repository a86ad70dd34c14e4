"""Take a request to a person: stored, and mailed to whoever answers, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.contact import limits
from feedback.contact.attempts import attempt_of
from feedback.contact.form import Letter, address
from feedback.contact.keeping import keep
from feedback.mailbox.outgoing import gets_copy
from feedback.models import Channel
from feedback.requests.files.keeping import attach
from feedback.requests.models import ContactRequest, Way
from feedback.requests.opening import Opening, open_request
from feedback.visitors import Visitor
from kb.db import utc_now

TWICE = timedelta(hours=1)  # the same words again within this time are the same request


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was kept. `is_copied`: its sender gets a copy by e-mail.

    `is_theirs`: this visitor wrote it, and did not only repeat it word for word.
    """

    request_id: int
    reference: str
    is_copied: bool
    is_theirs: bool = True


def send_request(
    visitor: Visitor,
    letter: Letter,
    locale: str,
    *,
    subject_id: int | None = None,
    channel: Channel = Channel.SITE,
    via: Way = Way.FORM,
    name: str = "",
    surveyed_at: datetime | None = None,
    at: datetime | None = None,
) -> Sent:
    """Keep a letter without problems, with its files, and put its messages into the outbox.

    The same letter again is the first one. Raises `limits.TooMany` or `NotRecorded`; then nothing
    is kept. What a program wrote into a field that people do not see is kept and not mailed.
    """
    moment = at or utc_now()
    opening = Opening(
        letter.subject,
        letter.message,
        address(letter.email) or "",
        locale,
        via=via,
        channel=channel,
        at=moment,
        name=name,
        topic_id=letter.topic_id,
        details=letter.answers,
        customer_id=visitor.customer_id,
        visitor=visitor,
        subject_id=subject_id,
        is_bot=letter.is_trapped,
        files=letter.files,
    )

    def work(session: Session) -> Sent:
        twin = _twin(session, opening, moment)
        if twin is not None:
            attach(session, letter.files, twin.id)
            is_theirs = twin.visitor == visitor.id
            return Sent(twin.id, twin.reference, is_copied=False, is_theirs=is_theirs)
        limits.check_requests(session, visitor, moment)
        visit_id = _visit(session, visitor, locale, at=moment, channel=channel)
        request = open_request(session, replace(opening, visit_id=visit_id))
        request.surveyed_at = surveyed_at
        return Sent(request.id, request.reference, gets_copy(session, request))

    return keep(work)


def _twin(session: Session, opening: Opening, at: datetime) -> ContactRequest | None:
    """Return the same letter of the same address: a telephone may have changed its network since."""
    return session.scalar(
        select(ContactRequest)
        .where(
            ContactRequest.email == opening.email,
            ContactRequest.created_at > at - TWICE,
            ContactRequest.subject == opening.subject,
            ContactRequest.message == opening.message,
        )
        .limit(1)
    )


def _visit(
    session: Session, visitor: Visitor, locale: str, *, at: datetime, channel: Channel
) -> int | None:
    """Return the visit in which somebody writes; none for who asks for privacy."""
    if visitor.is_private:
        return None
    attempt = attempt_of(session, visitor, locale, at, channel)
    if attempt.started_at is None:
        attempt.started_at = at
    return attempt.visit_id
