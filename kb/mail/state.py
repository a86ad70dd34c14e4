"""How the outbox does: for the health page, `kb doctor` and `kb mail status`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.exc import SQLAlchemyError

from kb.config import Settings
from kb.db import db, utc_now
from kb.health import Check, reason
from kb.locales import settings
from kb.mail import addresses
from kb.mail.models import OutgoingMail

LATE = timedelta(minutes=10)  # a message that is due leaves within seconds where all is well
_ADDRESS = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")


@dataclass(frozen=True, slots=True)
class State:
    """What waits and what was given up; `trouble` is what the server said last of what waits."""

    waiting: int
    oldest: datetime | None  # when the message that waits longest was put in
    given_up: int
    sent: int
    trouble: str


def state() -> State:
    """Return how the outbox does now."""
    waits = and_(
        OutgoingMail.sent_at.is_(None),
        OutgoingMail.given_up_at.is_(None),
    )
    due = and_(waits, OutgoingMail.created_at <= utc_now(), _is_begun())
    last = (
        select(OutgoingMail.last_error)
        .where(waits, OutgoingMail.last_error != "")
        .order_by(OutgoingMail.id.desc())
        .limit(1)
    )
    return State(
        waiting=_count(due),
        oldest=db.session.scalar(select(func.min(OutgoingMail.created_at)).where(due)),
        given_up=_count(OutgoingMail.given_up_at.is_not(None)),
        sent=_count(OutgoingMail.sent_at.is_not(None)),
        trouble=db.session.scalar(last) or "",
    )


def _is_begun() -> ColumnElement[bool]:
    """Tell messages whose time has come, whether they were tried or not, from those for later."""
    return (OutgoingMail.attempts > 0) | (OutgoingMail.due_at <= utc_now())


def _count(which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(OutgoingMail).where(which)) or 0


def missing(config: Settings) -> str:
    """Return what the settings lack to send e-mail, nothing where they are complete."""
    if not config.smtp_url:
        return "KB_SMTP_URL names no server"
    if addresses.sender(config) is None:
        return "neither KB_MAIL_FROM nor KB_CONTACT_EMAIL names a sender"
    if not config.site_url:
        return "KB_SITE_URL is empty, so that links in e-mail lead nowhere"
    return ""


def check() -> Check:
    """Tell whether e-mail leaves; names no address, as anybody may ask."""
    try:
        found = state()
    except SQLAlchemyError as error:
        db.session.rollback()
        return Check("mail", "degraded", reason(error))
    lacking = missing(settings())
    is_late = found.oldest is not None and utc_now() - found.oldest > LATE
    # A site that sends nothing may lack all of it; one that has begun to, or that owes mail, may not.
    is_owing = bool(lacking and (settings().smtp_url or found.waiting))
    is_well = not (found.given_up or is_late or is_owing)
    return Check("mail", "ok" if is_well else "degraded", _words(found, lacking, is_late=is_late))


def _words(found: State, lacking: str, *, is_late: bool) -> str:
    parts = [f"{found.waiting} waiting"]
    if found.oldest is not None:
        parts[0] += f" since {found.oldest:%Y-%m-%d %H:%M} UTC"
    if found.given_up:
        parts.append(f"{found.given_up} given up (kb mail retry)")
    parts.extend(filter(None, (lacking, without_addresses(found.trouble))))
    if lacking and found.waiting:
        parts.append("set it, and what waits is sent within a minute")
    elif is_late and not found.trouble:
        parts.append("look whether the worker runs (kb worker), then try kb mail retry")
    return "; ".join(parts)


def without_addresses(text: str) -> str:
    """Return what a server said without the addresses it repeats."""
    return _ADDRESS.sub("[address]", text)
