"""What comes back of our own mails: that one did not arrive, noted where it was written."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.mailbox.addressing import claims
from feedback.mailbox.automatic import read_bounce
from feedback.mailbox.finding import by_reference, claims_of
from feedback.mailbox.models import Became, IncomingMail, Reason
from feedback.mailbox.notes import COPY_CAME_BACK, NOTICE_CAME_BACK, leave_note
from feedback.mailbox.parsing import Mail
from feedback.mailbox.signals import message_undelivered
from feedback.requests.models import ContactRequest, RequestMessage
from feedback.requests.signals import tell


def request_of(session: Session, mail: Mail) -> int | None:
    """Return the request that a mail of ours was about, by the names in its headers."""
    for claim in claims_of(mail):
        request = by_reference(session, claim.reference)
        if request is not None:
            return request.id
    return None


def not_arrived(request: ContactRequest, message: RequestMessage, said: str) -> None:
    """Mark a message that did not reach the customer, and tell of it, once."""
    if not message.undelivered:
        message.undelivered = said
        tell(message_undelivered, request=request, message=message, said=said)


def bounced(session: Session, row: IncomingMail, mail: Mail, *, is_final: bool) -> None:
    """Note at a message of ours that it did not arrive.

    Only what carries the signed name of a thread is believed: else anybody could call messages lost.
    """
    bounce = read_bounce(mail)
    row.became, row.said = Became.BOUNCE, bounce.said
    row.reason = "" if is_final else Reason.DELAYED
    claim = next(iter(claims(*bounce.message_ids, *mail.recipients)), None)
    request = by_reference(session, claim.reference) if claim else None
    if claim is None or request is None:
        return
    row.request_id = request.id
    if not is_final:
        return
    message = session.scalar(
        select(RequestMessage).where(
            RequestMessage.request_id == request.id,
            RequestMessage.message_id.in_(bounce.message_ids),
        )
    )
    if message is not None:
        not_arrived(request, message, bounce.said or mail.subject)
    else:
        words = NOTICE_CAME_BACK if claim.is_staff else COPY_CAME_BACK
        leave_note(session, request, words, said=bounce.said or mail.subject)
