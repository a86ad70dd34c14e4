"""Send what is due.

Each message is claimed in the database before it is sent and noted right after, so that several
workers share the outbox. A worker killed between the server's "I have it" and the note sends that one
message twice, under the same Message-ID: the other order would lose it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage

import structlog
from flask import current_app
from sqlalchemy import or_, select, update

from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import addresses
from kb.mail.enclosing import enclosures_of
from kb.mail.messages import compose
from kb.mail.models import OutgoingMail
from kb.mail.retries import wait_after
from kb.mail.servers import Line, NotNow, Refused, TooLarge, Unavailable, server_from
from kb.mail.signals import mail_given_up

CLAIM = timedelta(minutes=10)  # longer than a server may take over one message, of all its answers

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Delivered:
    """What became of the messages that were due; `trouble` is what kept the others waiting."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    trouble: str = ""


def deliver_due() -> Delivered:
    """Send every message that is due, over one connection; leaves them where there is no server."""
    config, done = settings(), Delivered()
    sender = addresses.sender(config)
    if not config.smtp_url or sender is None:
        return done
    with Line(server_from(config.smtp_url), own_name=sender.domain) as line:
        while not done.trouble and (mail := claim(utc_now())) is not None:
            identifier, recipient, attempts = mail.id, mail.recipient, mail.attempts
            messages = _composed(mail, sender)
            db.session.rollback()  # no transaction stays open while a server takes its time
            try:
                _hand_over(line, messages, sender, recipient)
            except (NotNow, Unavailable) as reason:
                _put_off(identifier, attempts, str(reason), done)
                done.trouble = str(reason) if isinstance(reason, Unavailable) else ""
            except Refused as reason:
                _give_up(identifier, str(reason), done)
            else:
                _note_sent(identifier)
                done.sent += 1
    return done


def _composed(mail: OutgoingMail, sender: Address) -> list[EmailMessage]:
    """Return a message as it is to arrive, and without its files, for a server that takes less."""
    moment, enclosures = utc_now(), enclosures_of(mail)
    whole = compose(mail, sender, moment, enclosures)
    return [whole, compose(mail, sender, moment)] if enclosures else [whole]


def _hand_over(
    line: Line, messages: Sequence[EmailMessage], sender: Address, recipient: str
) -> None:
    """Send the first of the messages that the server finds small enough: what was said must arrive."""
    for each in messages[:-1]:
        try:
            line.send(each, sender=sender, recipient=recipient)
        except TooLarge as reason:
            log.warning("a mail is sent without its files", reason=str(reason))
        else:
            return
    line.send(messages[-1], sender=sender, recipient=recipient)


def claim(now: datetime) -> OutgoingMail | None:
    """Take the message that is due longest for this process, None where nothing is due.

    One statement, so that SQLite needs no lock beside its own; PostgreSQL passes over what others hold.
    """
    due = (
        select(OutgoingMail.id)
        .where(
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.given_up_at.is_(None),
            OutgoingMail.due_at <= now,
            or_(OutgoingMail.claimed_until.is_(None), OutgoingMail.claimed_until <= now),
        )
        .order_by(OutgoingMail.due_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.scalar(
        update(OutgoingMail)
        .where(OutgoingMail.id == due.scalar_subquery())
        .values(claimed_until=now + CLAIM, attempts=OutgoingMail.attempts + 1)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return db.session.get(OutgoingMail, taken, populate_existing=True) if taken else None


def _note(identifier: int, **values: object) -> None:
    db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == identifier)
        .values(claimed_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def _note_sent(identifier: int) -> None:
    """Keep that the message has left, and nothing of what it said, or to whom."""
    _note(
        identifier,
        sent_at=utc_now(),
        recipient="",
        reply_to="",
        sender_name="",
        subject="",
        text="",
        html="",
        headers={},
        images={},
        last_error="",
    )


def _put_off(identifier: int, attempts: int, reason: str, done: Delivered) -> None:
    wait = wait_after(attempts)
    if wait is None:
        _give_up(identifier, reason, done)
        return
    _note(identifier, due_at=utc_now() + wait, last_error=reason)
    done.put_off += 1
    log.warning("mail put off", mail=identifier, minutes=wait // timedelta(minutes=1))


def _give_up(identifier: int, reason: str, done: Delivered) -> None:
    _note(identifier, given_up_at=utc_now(), last_error=reason)
    done.given_up += 1
    log.warning("mail given up", mail=identifier)
    application = current_app._get_current_object()  # type: ignore[attr-defined]
    mail_given_up.send(application, mail_id=identifier, reason=reason)


def revive() -> int:
    """Make due what waits and what was given up, with all its attempts before it; return how many."""
    revived = db.session.scalars(
        update(OutgoingMail)
        .where(
            OutgoingMail.sent_at.is_(None),
            or_(OutgoingMail.attempts > 0, OutgoingMail.due_at <= utc_now()),
            or_(OutgoingMail.claimed_until.is_(None), OutgoingMail.claimed_until <= utc_now()),
        )
        .values(due_at=utc_now(), given_up_at=None, attempts=0, claimed_until=None)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return len(revived)
