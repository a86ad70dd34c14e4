"""Below which messages a mail of ours stands, so that mail programs show one conversation as one."""

from sqlalchemy import select

from feedback.mailbox.addressing import name_of_message
from feedback.mailbox.models import Became, IncomingMail
from feedback.mailbox.tokens import Claim
from feedback.requests.models import Author, ContactRequest, RequestMessage
from kb.db import db
from kb.mail.outbox import threading

FIRST = "0"  # the part of a name that can be said again: the confirmation, the first notice
SHORT_LINES, SHORT_CHARACTERS = 6, 400  # of the customer's words that an answer repeats


def claim_of(request: ContactRequest, *, colleague: int | None = None) -> Claim:
    """Return what a mail of a request claims of its reader."""
    return Claim(request.reference.replace("-", "").lower(), colleague)


def first_name(request: ContactRequest, *, colleague: int | None = None) -> str:
    """Return the `Message-ID` of the first mail about a request, to the customer or to a colleague."""
    return name_of_message(claim_of(request, colleague=colleague), part=FIRST)


def headers_for_customer(request: ContactRequest, *, is_first: bool = False) -> dict[str, str]:
    """Return the headers of the next mail to the customer: below their own words and ours."""
    came = db.session.scalars(
        select(IncomingMail.message_id).where(
            IncomingMail.request_id == request.id,
            IncomingMail.became.in_([Became.REQUEST, Became.MESSAGE]),
        )
    ).all()
    sent = db.session.scalars(
        select(RequestMessage.message_id)
        .where(
            RequestMessage.request_id == request.id,
            RequestMessage.message_id != "",
            RequestMessage.is_note.is_(False),
        )
        .order_by(RequestMessage.created_at, RequestMessage.id)
    ).all()
    beginning = [] if is_first else [first_name(request)]
    ids = list(dict.fromkeys([*came[:1], *beginning, *sent]))
    return threading(ids[-1], ids[:-1]) if ids else {}


def headers_for_staff(request: ContactRequest) -> dict[str, str]:
    """Return the headers of a later notice: below the first one."""
    return threading(first_name(request, colleague=0))


def last_words(request: ContactRequest) -> str:
    """Return the beginning of what the customer wrote last, for an answer to repeat."""
    latest = db.session.scalar(
        select(RequestMessage.text)
        .where(
            RequestMessage.request_id == request.id,
            RequestMessage.author == Author.CUSTOMER,
            RequestMessage.is_automatic.is_(False),
        )
        .order_by(RequestMessage.created_at.desc(), RequestMessage.id.desc())
        .limit(1)
    )
    return shortened(latest or request.message)


def shortened(text: str) -> str:
    """Return the first lines of a text, with an ellipsis where it went on."""
    lines = text.strip().splitlines()
    short = "\n".join(lines[:SHORT_LINES])[:SHORT_CHARACTERS].rstrip()
    return short if short == text.strip() else f"{short} …"
