"""The verbs of the digest: asked for, stopped, and put into the outbox once for each period."""

from datetime import datetime
from typing import Any

import structlog
from flask import url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from articles.views import site_root
from feedback.digests.content import Content, content_of
from feedback.digests.editions import Edition, last_edition
from feedback.digests.letters import Letter, write
from feedback.digests.models import Frequency, SentDigest, Subscription
from feedback.reports.filters import Filters
from kb.accounts.models import RoleName, User
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import outbox
from kb.mail.speaking import speaking
from kb.signing import NotSigned, Signed

KIND = "digest"
TOKENS = Signed("digests.stop")

log = structlog.get_logger(__name__)


def subscription_of(user: User) -> Subscription | None:
    """Return the wish of a lead, None where they have none."""
    return db.session.scalar(select(Subscription).where(Subscription.user_id == user.id))


def _record(act: str, user: User, **details: Any) -> None:
    name = user.shown_name
    record(
        act, thing="account", thing_id=user.id, label=name, by=f"{name} <{user.email}>", **details
    )


def subscribe(user: User, frequency: Frequency, locale: str) -> None:
    """Keep a lead's wish; the first digest is the next one, never one that is past. Committed."""
    wish = subscription_of(user)
    if wish is None:
        wish = Subscription(user_id=user.id)
        db.session.add(wish)
    if wish.frequency is not frequency:
        wish.created_at = utc_now()
    wish.frequency, wish.locale = frequency, locale
    _record("digest.wished", user, frequency=frequency.value, locale=locale)
    db.session.commit()


def unsubscribe(user_id: int) -> None:
    """Forget a wish, where there is one. Committed."""
    wish = db.session.scalar(select(Subscription).where(Subscription.user_id == user_id))
    if wish is not None:
        _record("digest.stopped", db.session.get_one(User, user_id))
        db.session.delete(wish)
        db.session.commit()


def token_of(user: User) -> str:
    """Return what lets the reader of a letter stop it without signing in."""
    return TOKENS.text(user.id)


def user_id_of(token: str) -> int | None:
    """Return whose token it is, None for one that this site has not signed."""
    try:
        found = TOKENS.read(token)
    except NotSigned:
        return None
    return found if isinstance(found, int) else None


def stop_address(user: User, locale: str) -> str:
    """Return where a letter is stopped."""
    return site_root() + url_for("digests.stop", locale=locale, token=token_of(user))


def letter_for(user: User, frequency: Frequency, content: Content, locale: str) -> Letter:
    """Write a digest to a lead; the language of the moment must be `locale`."""
    settle = site_root() + url_for("digests.subscription")
    return write(content, frequency, stop=stop_address(user, locale), settle=settle)


def newest(frequency: Frequency, now: datetime | None = None) -> Edition:
    """Return the digest that went out last, or would have."""
    return last_edition(frequency, now or utc_now(), settings().timezone)


def send_now(user: User, frequency: Frequency, locale: str) -> None:
    """Send a lead the newest digest, whatever was sent before. Committed."""
    with speaking(locale):
        content = content_of(Filters(newest(frequency).period))
        _put_into_outbox(user, letter_for(user, frequency, content, locale), locale)
    db.session.commit()


def _put_into_outbox(user: User, letter: Letter, locale: str) -> None:
    outbox.send(
        user.email,
        kind=KIND,
        subject=outbox.one_line(letter.subject),
        text=letter.text,
        html=letter.html,
        images=letter.images,
        headers={
            "List-Unsubscribe": f"<{stop_address(user, locale)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def send_due(now: datetime | None = None) -> int:
    """Put the digests that are due into the outbox, each lead's once for each period; return how many.

    One that cannot be written holds up no other; the last error is raised at the end, for the worker
    to tell.
    """
    moment = now or utc_now()
    contents: dict[tuple[str, str], Content] = {}
    sent, failure = 0, None
    for wish, user in _wishes():
        edition = newest(wish.frequency, moment)
        if edition.due_at < wish.created_at or _was_sent(user, edition):
            continue
        try:
            sent += _send_once(user, wish, edition, contents)
        except Exception as error:
            db.session.rollback()
            log.exception("digest not written", user=user.id, period=edition.key)
            failure = error
    if failure is not None:
        raise failure
    return sent


def _wishes() -> list[tuple[Subscription, User]]:
    """Return the wishes of those who are leads still."""
    rows = db.session.execute(
        select(Subscription, User).join(User, User.id == Subscription.user_id).order_by(User.id)
    )
    return [
        (wish, user) for wish, user in rows if user.active and user.has_role(RoleName.LEAD.value)
    ]


def _was_sent(user: User, edition: Edition) -> bool:
    known = select(SentDigest.id).where(
        SentDigest.user_id == user.id, SentDigest.period == edition.key
    )
    return db.session.scalar(known) is not None


def _send_once(
    user: User,
    wish: Subscription,
    edition: Edition,
    contents: dict[tuple[str, str], Content],
) -> bool:
    """Send a digest with the claim that it was, in one transaction; false where another was quicker."""
    frequency = wish.frequency
    # The site may have given a language up since.
    locale = wish.locale if wish.locale in settings().locales else settings().default_locale
    with speaking(locale):
        key = (edition.key, locale)
        if key not in contents:
            contents[key] = content_of(Filters(edition.period))
        letter = letter_for(user, frequency, contents[key], locale)
    try:
        db.session.add(SentDigest(user_id=user.id, period=edition.key))
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return False
    _put_into_outbox(user, letter, locale)
    db.session.commit()
    return True
