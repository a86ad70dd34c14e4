"""Links by which customers come back to a request: each opens once, within a quarter of an hour.

What a link and a cookie hold stands nowhere but with their owner; the database knows digests.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import delete, or_, select, update

from articles.views import site_root
from feedback.requests.models import ContactRequest, RequestLink
from kb.db import db, utc_now

LINK_LIFE = timedelta(minutes=15)
SESSION_LIFE = timedelta(minutes=30)
BYTES = 24  # 192 bits
KEPT_FOR = timedelta(days=2)  # how often somebody asked for one is counted over a day


class LinkSpent(LookupError):
    """A link was used before, has expired, or never was one."""


def digest_of(secret: str) -> str:
    """Return what the database knows of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def door_of(request: ContactRequest) -> str:
    """Return the address for mails: a page that sends a fresh link to the address of the request."""
    page = url_for("threads.thread", locale=request.locale, reference=request.reference)
    return site_root() + page


def new_link(
    request: ContactRequest, *, origin: str = "", words: str = "", at: datetime | None = None
) -> str:
    """Return the address of a link that opens a request once, uncommitted.

    `words`: what its reader was writing, to find them again.
    """
    secret, moment = secrets.token_urlsafe(BYTES), at or utc_now()
    db.session.add(
        RequestLink(
            request_id=request.id,
            digest=digest_of(secret),
            origin=origin,
            words=words,
            created_at=moment,
            expires_at=moment + LINK_LIFE,
        )
    )
    db.session.flush()
    page = url_for(
        "request_doors.link", locale=request.locale, reference=request.reference, secret=secret
    )
    return site_root() + page


def is_fresh(request: ContactRequest, secret: str, *, at: datetime | None = None) -> bool:
    """Tell whether a link would still open its request; it uses nothing up."""
    link = _link(request, secret)
    return link is not None and link.used_at is None and link.expires_at > (at or utc_now())


def use(request: ContactRequest, secret: str, *, at: datetime | None = None) -> str:
    """Use a link up, uncommitted, and return what the cookie of its session holds.

    Raises `LinkSpent`; of two who use it at the same moment one comes in.
    """
    moment = at or utc_now()
    link = _link(request, secret)
    if link is None or link.expires_at <= moment:
        raise LinkSpent
    session = secrets.token_urlsafe(BYTES)
    taken = db.session.execute(
        update(RequestLink)
        .where(RequestLink.id == link.id, RequestLink.used_at.is_(None))
        .values(
            used_at=moment,
            session_digest=digest_of(session),
            session_ends_at=moment + SESSION_LIFE,
        )
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
        raise LinkSpent
    return session


def open_session(request: ContactRequest, *, origin: str = "", at: datetime | None = None) -> str:
    """Return what a cookie holds that follows a request from now on, uncommitted.

    For the browser that has just sent it.
    """
    moment, session = at or utc_now(), secrets.token_urlsafe(BYTES)
    db.session.add(
        RequestLink(
            request_id=request.id,
            digest=digest_of(secrets.token_urlsafe(BYTES)),
            origin=origin,
            created_at=moment,
            expires_at=moment,
            used_at=moment,
            session_digest=digest_of(session),
            session_ends_at=moment + SESSION_LIFE,
        )
    )
    db.session.flush()
    return session


def session_of(request: ContactRequest, secret: str) -> RequestLink | None:
    """Return the session that a cookie stands for, ended or not."""
    if not secret:
        return None
    return db.session.scalar(
        select(RequestLink).where(
            RequestLink.session_digest == digest_of(secret), RequestLink.request_id == request.id
        )
    )


def forget_old(*, at: datetime | None = None) -> int:
    """Erase the links and sessions that nothing needs any more, and their words; return how many."""
    moment = at or utc_now()
    gone = db.session.execute(
        delete(RequestLink).where(
            RequestLink.created_at < moment - KEPT_FOR,
            or_(RequestLink.session_ends_at.is_(None), RequestLink.session_ends_at < moment),
        )
    )
    db.session.commit()
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE always counts its rows


def _link(request: ContactRequest, secret: str) -> RequestLink | None:
    return db.session.scalar(
        select(RequestLink).where(
            RequestLink.digest == digest_of(secret), RequestLink.request_id == request.id
        )
    )
