"""Take a mail in: once, whole, and whatever is in it.

The row of a mail is written in the transaction of what it becomes. So a mail that is brought twice, by
two workers at once or after a crash, is taken once; and one that cannot be read, or that this program
stumbles over, is kept as it came, with the reason, for a person to look at.
"""

from dataclasses import dataclass

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from feedback.mailbox import keeping
from feedback.mailbox.becoming import become, hold
from feedback.mailbox.models import Became, IncomingMail, Reason
from feedback.mailbox.parsing import Mail, Unreadable, digest_of, parse
from feedback.writing import NotRecorded
from kb.db import db
from kb.worker.queue import soon

ACKNOWLEDGING = "mail-acknowledging"
MAX_BYTES = 40_000_000  # of a mail with its files; a larger one is kept, and not read

# The database takes nothing now; another error is that of one mail.
BUSY = (OperationalError, InterfaceError, NoConnection)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail; `is_new` unless it was there already."""

    became: Became
    request_id: int | None
    is_new: bool = True


def take(raw: bytes) -> Taken:
    """Take a mail and commit; raises `NotRecorded` where the database is busy or away, and then again."""
    try:
        return _taken(raw)
    except BUSY as error:
        db.session.rollback()
        raise NotRecorded(str(error.__cause__ or error)) from error


def hold_unread(raw: bytes, said: str) -> Taken:
    """Keep a mail that nobody could take for a person, and read nothing of it; raises `NotRecorded`."""
    try:
        known = db.session.scalar(
            select(IncomingMail).where(IncomingMail.digest == digest_of(raw)).limit(1)
        )
        if known is not None:  # killed after the commit, each time
            return Taken(known.became, known.request_id, is_new=False)
        log.error("mail held unread", digest=digest_of(raw), reason=said)
        return _hold(raw, None, Reason.UNREAD, said)
    except BUSY as error:
        db.session.rollback()
        raise NotRecorded(str(error.__cause__ or error)) from error


def _taken(raw: bytes) -> Taken:
    try:
        mail = parse(raw[:MAX_BYTES])
    except Unreadable as error:
        return _hold(raw, None, Reason.UNREADABLE, str(error))
    if len(raw) > MAX_BYTES:
        return _hold(raw, mail, Reason.TOO_LARGE)
    known = _known(mail)
    if known is not None:
        return known
    try:
        return _become(raw, mail)
    except IntegrityError as error:  # mostly: another process has taken it at the same moment
        db.session.rollback()
        return _known(mail) or _hold(raw, mail, Reason.TROUBLE, str(error.orig))
    except BUSY:
        raise
    except Exception as error:
        # One mail that this program stumbles over must not keep the others waiting.
        db.session.rollback()
        log.exception("mail held", digest=mail.digest)
        return _hold(raw, mail, Reason.TROUBLE, f"{type(error).__name__}: {error}")


def _become(raw: bytes, mail: Mail) -> Taken:
    row = _row(mail)
    db.session.add(row)
    db.session.flush()  # claims it, before anything is made of it
    become(db.session(), row, mail)
    if _is_kept(row):
        row.raw = keeping.keep(raw, mail.digest)
    taken = Taken(row.became, row.request_id)
    owes_answer = row.owes_answer
    db.session.commit()
    if owes_answer:
        soon(current_app._get_current_object(), ACKNOWLEDGING)  # type: ignore[attr-defined]
    return taken


def _row(mail: Mail) -> IncomingMail:
    return IncomingMail(
        message_id=_key(mail),
        digest=mail.digest,
        sender=mail.sender,
        subject=mail.subject,
        became=Became.HELD,
    )


def _is_kept(row: IncomingMail) -> bool:
    """Tell what a person may want to see as it came: whatever reached nobody, or not whole."""
    is_left_out = row.reason == Reason.FILES_LEFT_OUT
    is_lost = row.became in {Became.SPAM, Became.HELD} or row.request_id is None
    return is_left_out or (is_lost and row.reason != Reason.OWN)


def _key(mail: Mail) -> str:
    """Return the name of a mail; of two mails with one `Message-ID`, the second adds its digest."""
    other = db.session.scalar(
        select(IncomingMail.digest).where(IncomingMail.message_id == mail.message_id)
    )
    is_free = other is None or other == mail.digest
    return mail.message_id if is_free else f"{mail.message_id} {mail.digest}"


def _known(mail: Mail) -> Taken | None:
    row = db.session.scalar(select(IncomingMail).where(IncomingMail.message_id == _key(mail)))
    return Taken(row.became, row.request_id, is_new=False) if row else None


def _hold(raw: bytes, mail: Mail | None, reason: Reason, said: str = "") -> Taken:
    """Keep a mail as it came, with a row that says why."""
    digest = mail.digest if mail else digest_of(raw)
    message_id = _key(mail) if mail else f"<{digest}@no.message.id>"
    known = db.session.scalar(select(IncomingMail).where(IncomingMail.message_id == message_id))
    if known is not None:
        return Taken(known.became, known.request_id, is_new=False)
    row = IncomingMail(
        message_id=message_id,
        digest=digest,
        sender=mail.sender if mail else "",
        subject=mail.subject if mail else "",
        became=Became.HELD,
        said=said[:500],
        raw=keeping.keep(raw, digest),
    )
    hold(row, reason)
    db.session.add(row)
    db.session.commit()
    return Taken(row.became, None)
