"""Which request a mail belongs to, and what shows that its sender may write there.

Two things are needed: something that only a reader of our messages has (the signed name of a thread, in
the headers or in the address), and the address to which those messages had gone. The name alone is not
enough, as people forward mails; the address alone is not, as anybody can write it (docs/decisions/0040).
"""

import re
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.helpdesk.present import is_desk_address
from feedback.mailbox.addressing import claims
from feedback.mailbox.models import IncomingMail, Reason
from feedback.mailbox.parsing import Mail
from feedback.mailbox.proof import Proof
from feedback.mailbox.tokens import Claim
from feedback.requests.models import ContactRequest, RequestMessage
from feedback.requests.references import ALPHABET, spelt
from kb.accounts.models import User
from kb.rights import Right, holds

MAX_REFERENCES = 50  # messages of a thread that are looked up
_NAMED = re.compile(rf"[\[(]([{ALPHABET}]{{4}}-[{ALPHABET}]{{4}})[\])]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs. `request` without `may_write`: it is about it, from somebody else.

    `is_answer`: to the customer, of a `colleague`, or of the help desk where that is None. `held`: a
    person must look first.
    """

    request: ContactRequest | None = None
    reason: Reason | None = None
    may_write: bool = False
    is_answer: bool = False
    colleague: User | None = None
    held: Reason | None = None


def place_of(session: Session, mail: Mail, proof: Proof) -> Place:
    """Return where a mail belongs; a `Place` of nothing for one that begins something new."""
    found = _place(session, mail)
    return replace(found, held=Reason.FORGED) if proof is Proof.FORGED else found


def _place(session: Session, mail: Mail) -> Place:
    claim, request = _claimed(session, mail)
    if claim is not None and request is not None:
        if claim.is_staff:
            return _of_staff(session, mail, claim, request)
        return _of_customer(session, mail, request, Reason.BY_TOKEN)
    answered = _answered(session, mail)
    if answered is not None:
        return _of_customer(session, mail, answered, Reason.BY_MESSAGE)
    named = _named(session, mail)
    return _of_customer(session, mail, named, Reason.BY_SUBJECT) if named else Place()


def claims_of(mail: Mail) -> list[Claim]:
    """Return the sound claims of a mail: of what it answers, then of the address it went to."""
    return claims(*mail.all("in-reply-to"), " ".join(mail.all("references")), *mail.recipients)


def by_reference(session: Session, reference: str) -> ContactRequest | None:
    """Return the request of a reference, however it is written."""
    return session.scalar(
        select(ContactRequest).where(ContactRequest.reference == spelt(reference))
    )


def colleague_at(session: Session, address: str) -> User | None:
    """Return who among those who answer has an address."""
    return _answering(session.scalar(select(User).where(User.email == address.lower())))


def colleague(session: Session, user_id: int) -> User | None:
    """Return the account of a number, if its owner still answers requests."""
    return _answering(session.get(User, user_id))


def _answering(found: User | None) -> User | None:
    return found if found and found.active and holds(found, Right.ANSWER_REQUESTS) else None


def _claimed(session: Session, mail: Mail) -> tuple[Claim | None, ContactRequest | None]:
    for claim in claims_of(mail):
        request = by_reference(session, claim.reference)
        if request is not None:
            return claim, request
    return None, None


def _of_staff(session: Session, mail: Mail, claim: Claim, request: ContactRequest) -> Place:
    """Return the place of an answer to a notice: of the very colleague it had gone to, or of any."""
    found = colleague_at(session, mail.sender)
    is_desk = found is None and claim.colleague == 0 and is_desk_address(mail.sender)
    if not is_desk and (found is None or claim.colleague not in {0, found.id}):
        return Place(request, held=Reason.NOT_A_COLLEAGUE)
    return Place(request, Reason.BY_TOKEN, may_write=True, is_answer=True, colleague=found)


def _of_customer(session: Session, mail: Mail, request: ContactRequest, reason: Reason) -> Place:
    if mail.sender == request.email.lower():
        return Place(request, reason, may_write=True)
    if colleague_at(session, mail.sender) is not None:
        return Place(request, held=Reason.FROM_A_COLLEAGUE)
    return Place(request, Reason.OTHER_ADDRESS)


def _answered(session: Session, mail: Mail) -> ContactRequest | None:
    """Return the request of a mail that this one goes on from: ours, or one that came in."""
    ids = mail.references[-MAX_REFERENCES:]
    if not ids:
        return None
    ours = select(RequestMessage.request_id).where(RequestMessage.message_id.in_(ids))
    came = select(IncomingMail.request_id).where(
        IncomingMail.message_id.in_(ids), IncomingMail.request_id.is_not(None)
    )
    number = session.scalar(ours.limit(1)) or session.scalar(came.limit(1))
    return session.get(ContactRequest, number) if number else None


def _named(session: Session, mail: Mail) -> ContactRequest | None:
    found = _NAMED.search(mail.subject)
    return by_reference(session, found[1]) if found else None
