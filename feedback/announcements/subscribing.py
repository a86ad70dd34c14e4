"""Addresses that want to hear of notices: kept when asked, counted once their owner has said yes.

The link of the first letter shows a button, so that programs which open links in letters confirm
nothing. Who does not answer is forgotten within a week.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from articles.views import site_root
from feedback.announcements.models import Announcement, Subscription
from feedback.announcements.showing import nearest, texts_of
from feedback.contact import limits
from feedback.contact.keeping import keep
from feedback.letters import Link, as_html, as_text
from feedback.visitors import Visitor
from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import outbox
from kb.mail.speaking import speaking
from kb.signing import NotSigned, Signed

UNCONFIRMED = timedelta(days=7)
PER_VISITOR = ((5, timedelta(hours=1)), (20, timedelta(days=1)))
PER_ORIGIN = ((30, timedelta(hours=1)),)
LETTERS_PER_ADDRESS = ((3, timedelta(days=1)),)  # so that nobody fills somebody else's mailbox
KIND = "announcements"
TOKENS = Signed("announcements.subscription")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to hear of: one notice, until it is fixed, or all of them."""

    email: str
    locale: str
    announcement_id: int | None = None


def subscribe(visitor: Visitor, wish: Wish, *, at: datetime | None = None) -> None:
    """Keep a wish (address checked by the caller) and ask its owner whether it is theirs.

    An address that has said yes to this before gets no second letter; nothing tells that to whoever
    typed it. Raises `limits.TooMany` or `NotRecorded`; then nothing is kept and nothing sent.
    """
    moment = at or utc_now()

    def work(session: Session) -> None:
        same = session.scalar(_same(wish).limit(1))
        if same is not None and same.confirmed_at is not None:
            return
        asked = Subscription.created_at
        limits.check(session, Subscription.visitor, visitor.id, asked, PER_VISITOR, at=moment)
        limits.check(session, Subscription.origin, visitor.origin, asked, PER_ORIGIN, at=moment)
        limits.check(session, Subscription.email, wish.email, asked, LETTERS_PER_ADDRESS, at=moment)
        row = Subscription(
            email=wish.email,
            locale=wish.locale,
            announcement_id=wish.announcement_id,
            visitor=visitor.id,
            origin=visitor.origin,
            created_at=moment,
        )
        session.add(row)
        session.flush()
        _ask(row)

    keep(work)


def _same(wish: Wish) -> Select[Subscription]:
    """Select the wish as it is kept already, the one that was confirmed first."""
    return (
        select(Subscription)
        .where(
            Subscription.email == wish.email,
            Subscription.announcement_id.is_(None)
            if wish.announcement_id is None
            else Subscription.announcement_id == wish.announcement_id,
        )
        .order_by(Subscription.confirmed_at.is_(None), Subscription.id)
    )


def _ask(row: Subscription) -> None:
    with speaking(row.locale):
        subject = _("Please confirm: announcements of %(site)s", site=settings().site_name)
        address = site_root() + url_for("announcements.confirm", token=token_of(row))
        parts = [
            _("Hello,"),
            what_is_followed(row),
            _("Is this your wish? Then confirm it on this page:"),
            Link(address, _("Yes, write to me")),
            _(
                "If it was not you, do nothing: your address is erased within a week, and nothing else comes."
            ),
            settings().site_name,
        ]
        outbox.send(
            row.email,
            kind=f"{KIND}-confirm",
            subject=outbox.one_line(subject),
            text=as_text(parts),
            html=as_html(subject, parts, row.locale),
        )


def what_is_followed(row: Subscription) -> str:
    """Return in words what an address hears of, in the language of the moment."""
    announcement = (
        db.session.get(Announcement, row.announcement_id) if row.announcement_id else None
    )
    if announcement is None or not announcement.texts:
        return str(_("You asked to be written to when something is announced."))
    texts = texts_of(announcement)
    return str(
        _(
            "You asked to be written to when this is fixed: “%(title)s”",
            title=texts[nearest(texts, row.locale)].title,
        )
    )


def token_of(row: Subscription) -> str:
    """Return what lets the owner of an address say yes, and end it later."""
    return TOKENS.text(_marks(row))


def subscription_of(token: str) -> Subscription | None:
    """Return the wish of a token; None for one that is not signed here, or has ended."""
    try:
        marks = TOKENS.read(token)
    except NotSigned:
        return None
    row = db.session.get(Subscription, marks[0])
    return row if row is not None and _marks(row) == marks else None


def _marks(row: Subscription) -> list[int]:
    """Return what tells a wish: its number may be given again once it has ended."""
    return [row.id, int(row.created_at.timestamp() * 1000)]


def confirm(row: Subscription, *, at: datetime | None = None) -> None:
    """Count a wish from now on; the same one asked for twice is one. Committed."""
    row.confirmed_at = row.confirmed_at or at or utc_now()
    same = Wish(row.email, row.locale, row.announcement_id)
    for other in db.session.scalars(_same(same)):
        if other.id != row.id:
            db.session.delete(other)
    db.session.commit()


def unsubscribe(row: Subscription) -> None:
    """Erase a wish with its address. Committed."""
    db.session.delete(row)
    db.session.commit()


def stop_address(row: Subscription) -> str:
    """Return where a wish is ended, in its language."""
    path = url_for("announcements.stop", locale=row.locale, token=token_of(row))
    return site_root() + path


def forget_unconfirmed(now: datetime | None = None) -> int:
    """Erase what nobody confirmed within a week; return how many."""
    before = (now or utc_now()) - UNCONFIRMED
    gone = db.session.scalars(
        delete(Subscription)
        .where(Subscription.confirmed_at.is_(None), Subscription.created_at < before)
        .returning(Subscription.id)
    ).all()
    db.session.commit()
    return len(gone)
