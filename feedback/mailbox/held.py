"""Mails that a person must look at: what each says, why it waits, and what may become of it."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from feedback.mailbox import keeping
from feedback.mailbox.becoming import as_request, as_words
from feedback.mailbox.models import Became, IncomingMail, Reason
from feedback.mailbox.parsing import Mail, Unreadable, parse
from feedback.mailbox.state import NOTHING, held
from feedback.requests.models import ContactRequest
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.mail.addresses import NotSendable, checked_address

SHOWN = 100  # mails on one page
EXCERPT = 4_000  # characters of a mail on the page; the whole can be fetched


class NotPossible(ValueError):
    """A mail that this cannot become: it has no sender who could be answered, or is gone."""


@dataclass(frozen=True, slots=True)
class Held:
    """A mail with what can be read of it. `request`: which it is about."""

    row: IncomingMail
    text: str
    files: tuple[str, ...]
    request: ContactRequest | None
    may_be_request: bool
    may_be_words: bool


def waiting() -> int:
    """Return how many mails wait for a person."""
    return len(db.session.scalars(held().with_only_columns(IncomingMail.id).limit(1_000)).all())


def listed(*, is_set_aside: bool = False) -> list[Held]:
    """Return the mails that wait, the oldest first; or what was set aside as advertising, the newest."""
    query = _set_aside() if is_set_aside else held()
    return [_held(row) for row in db.session.scalars(query.limit(SHOWN))]


def _set_aside() -> Select[IncomingMail]:
    return (
        select(IncomingMail)
        .where(IncomingMail.raw != NOTHING, IncomingMail.became == Became.SPAM)
        .order_by(IncomingMail.id.desc())
    )


def _held(row: IncomingMail) -> Held:
    mail = _mail(row)
    request = db.session.get(ContactRequest, row.request_id) if row.request_id else None
    is_open = row.became in {Became.HELD, Became.SPAM, Became.AUTO_REPLY, Became.BOUNCE}
    return Held(
        row,
        text=mail.text[:EXCERPT] if mail else "",
        files=tuple(each.name for each in mail.files) if mail else (),
        request=request,
        may_be_request=is_open and mail is not None and _has_sender(mail),
        may_be_words=is_open and mail is not None and request is not None,
    )


def _mail(row: IncomingMail) -> Mail | None:
    if row.reason == Reason.UNREAD:  # reading it has ended the program before
        return None
    raw = keeping.read(row.raw)
    try:
        return parse(raw) if raw else None
    except Unreadable:
        return None


def _has_sender(mail: Mail) -> bool:
    try:
        checked_address(mail.sender)
    except NotSendable:
        return False
    return True


# What a person decides; none of these commits.


def make_request(row: IncomingMail) -> ContactRequest:
    """Let a mail be a request after all; raises `NotPossible`."""
    mail = _mail(row)
    if mail is None or not _has_sender(mail):
        raise NotPossible
    made = as_request(db.session(), row, mail)
    _looked_at(row, "mail.made-request", made)
    return made


def put_into_thread(row: IncomingMail) -> ContactRequest:
    """Let a mail be words of the customer whose request it is about; raises `NotPossible`."""
    mail = _mail(row)
    request = db.session.get(ContactRequest, row.request_id) if row.request_id else None
    if mail is None or request is None:
        raise NotPossible
    as_words(db.session(), row, mail, request)
    _looked_at(row, "mail.put-into-thread", request)
    return request


def lay_aside(row: IncomingMail) -> None:
    """Note that a person has looked, and that nothing is to be done; its file stays for a month."""
    _looked_at(row, "mail.laid-aside")


def take_back(row: IncomingMail) -> None:
    """Let a mail that was laid aside wait again."""
    row.looked_at = None


def _looked_at(row: IncomingMail, act: str, request: ContactRequest | None = None) -> None:
    row.looked_at = utc_now()
    record(act, thing="mail", thing_id=row.id, label=request.reference if request else "")
