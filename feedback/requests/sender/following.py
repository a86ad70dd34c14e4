"""What customers do with their own request: ask for its link, add to it, close it, open it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from feedback.contact import limits
from feedback.contact.limits import DAY, HOUR, TooMany
from feedback.letters import Link, as_html, as_text
from feedback.requests import resolving
from feedback.requests.models import (
    Author,
    ContactRequest,
    RequestFile,
    RequestLink,
    RequestMessage,
    Way,
)
from feedback.requests.sender.links import LINK_LIFE, new_link
from feedback.requests.thread import NewMessage, add_message
from feedback.surveys import inviting
from feedback.surveys.asking import token_of
from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import outbox

LINKS_PER_ADDRESS = ((4, LINK_LIFE), (12, DAY))  # so that nobody fills somebody else's mailbox
LINKS_PER_ORIGIN = ((20, HOUR),)
MESSAGES_PER_REQUEST = ((20, HOUR), (60, DAY))
TWICE = timedelta(hours=1)  # the same words again within this time are the same message

__all__ = ["TooMany", "add", "close", "open_again", "send_link"]


def send_link(
    request: ContactRequest, *, origin: str = "", words: str = "", at: datetime | None = None
) -> bool:
    """Send a fresh link to the address of a request, uncommitted; tell whether one was sent.

    None is where the request has no address, or that address got enough of them: whoever asked is told
    the same. Raises `TooMany` where the network of who asks has had enough.
    """
    moment = at or utc_now()
    asked = RequestLink.created_at
    limits.check(db.session(), RequestLink.origin, origin, asked, LINKS_PER_ORIGIN, at=moment)
    if not request.email or request.is_bot or _has_enough(request.email, moment):
        return False
    with force_locale(request.locale):
        link = new_link(request, origin=origin, words=words, at=moment)
        subject = _("Your link to the request %(reference)s", reference=request.reference)
        parts = [
            _("Hello,"),
            _(
                "Here you can read your request “%(subject)s” and add to it.",
                subject=request.subject,
            ),
            Link(link, _("Open my request")),
            _("The link works once, within 15 minutes. If you did not ask for it, do nothing."),
            settings().site_name,
        ]
        outbox.send(
            request.email,
            kind="request-link",
            subject=outbox.one_line(subject),
            text=as_text(parts),
            html=as_html(subject, parts, request.locale),
            reply_to=settings().contact_email,
        )
    return True


def _has_enough(email: str, at: datetime) -> bool:
    """Tell whether an address has been sent so many links that no other follows."""
    for most, window in LINKS_PER_ADDRESS:
        sent = db.session.scalar(
            select(func.count())
            .select_from(RequestLink)
            .join(ContactRequest, ContactRequest.id == RequestLink.request_id)
            .where(
                ContactRequest.email == email,
                RequestLink.created_at > at - window,
                RequestLink.expires_at > RequestLink.created_at,  # else: of the form, without mail
            )
        )
        if (sent or 0) >= most:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Addition:
    """What a customer adds: words, and the keys of files that wait."""

    text: str
    files: Sequence[str] = ()


def add(
    request: ContactRequest, addition: Addition, *, at: datetime | None = None
) -> RequestMessage:
    """Return the message of a customer, uncommitted; the same words again are the first ones.

    Raises `TooMany`.
    """
    moment = at or utc_now()
    known = _twin(request, addition, moment)
    if known is not None:
        return known
    if _is_flooded(request, moment):
        raise TooMany
    return add_message(
        db.session(),
        request,
        NewMessage(
            Author.CUSTOMER, addition.text, via=Way.FORM, at=moment, files=tuple(addition.files)
        ),
    )


def _is_flooded(request: ContactRequest, at: datetime) -> bool:
    said = select(func.count()).where(
        RequestMessage.request_id == request.id, RequestMessage.author == Author.CUSTOMER
    )
    return any(
        (db.session.scalar(said.where(RequestMessage.created_at > at - window)) or 0) >= most
        for most, window in MESSAGES_PER_REQUEST
    )


def _twin(request: ContactRequest, addition: Addition, at: datetime) -> RequestMessage | None:
    if addition.files and _waits(addition.files):
        return None
    return db.session.scalar(
        select(RequestMessage).where(
            RequestMessage.request_id == request.id,
            RequestMessage.author == Author.CUSTOMER,
            RequestMessage.text == addition.text,
            RequestMessage.created_at > at - TWICE,
        )
    )


def _waits(keys: Sequence[str]) -> bool:
    """Tell whether one of the files was not sent yet."""
    query = select(RequestFile.id).where(
        RequestFile.key.in_(keys), RequestFile.request_id.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None


def close(request: ContactRequest, *, at: datetime | None = None) -> str:
    """Close a request in the name of its sender, uncommitted.

    Return the token of the question that is asked then, empty where none is.
    """
    moment = at or utc_now()
    if request.resolved_at is not None:
        return ""
    resolving.resolve(request, by=Author.CUSTOMER, at=moment)
    shown = inviting.show(request, at=moment)
    return token_of(shown) if shown else ""


def open_again(request: ContactRequest) -> None:
    """Take back that a request is closed, in the name of its sender, uncommitted."""
    resolving.reopen(request, by=Author.CUSTOMER)
