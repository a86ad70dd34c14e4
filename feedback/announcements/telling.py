"""Write to those who asked: that something is announced, and that it is fixed.

A notice is claimed in the transaction that puts its letters into the outbox: nobody is written to
twice, whoever looks at once and whenever the process ends.
"""

from collections.abc import Iterable
from datetime import datetime

import structlog
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, String, cast, or_, select, update

from articles.views import site_root
from feedback.announcements.models import Announcement, Subscription
from feedback.announcements.showing import nearest, texts_of
from feedback.announcements.subscribing import KIND, stop_address
from feedback.letters import Link, Part, as_html, as_text
from feedback.requests.models import Author, ContactRequest
from feedback.requests.thread import NewMessage, add_message
from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import outbox
from kb.mail.speaking import speaking

TASK = "announcements"

log = structlog.get_logger(__name__)


def tag_of(announcement_id: int) -> str:
    """Return the tag of requests whose senders are told when a known issue is fixed."""
    return f"issue-{announcement_id}"


def tell_all(now: datetime | None = None) -> int:
    """Write of what has begun and of what is fixed; return how many letters. Safe at any time.

    One that cannot be written holds up no other; the last error is raised at the end, for the worker
    to tell.
    """
    moment = now or utc_now()
    begun = select(Announcement.id).where(
        Announcement.starts_at <= moment,
        Announcement.announced_at.is_(None),
        Announcement.is_mailed.is_(True),
        Announcement.fixed_at.is_(None),
        or_(Announcement.ends_at.is_(None), Announcement.ends_at > moment),
    )
    fixed = select(Announcement.id).where(
        Announcement.fixed_at <= moment, Announcement.fixed_told_at.is_(None)
    )
    due = [(_begin, number) for number in db.session.scalars(begun).all()]
    due += [(_fixed, number) for number in db.session.scalars(fixed).all()]
    letters, failure = 0, None
    for tell, number in due:
        try:
            letters += tell(number, moment)
        except Exception as error:
            db.session.rollback()
            log.exception("announcement not told", announcement=number)
            failure = error
    if failure is not None:
        raise failure
    return letters


def _claimed(number: int, column: str, moment: datetime) -> Announcement | None:
    """Return a notice that this call alone tells of; its mark is committed with the letters."""
    mark = getattr(Announcement, column)
    claimed = db.session.scalar(
        update(Announcement)
        .where(Announcement.id == number, mark.is_(None))
        .values({column: moment})
        .returning(Announcement.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        db.session.rollback()
        return None
    return db.session.get(Announcement, number, populate_existing=True)


def _begin(number: int, moment: datetime) -> int:
    notice = _claimed(number, "announced_at", moment)
    if notice is None or not notice.texts:
        return 0
    letters = 0
    for row in db.session.scalars(_followers().where(Subscription.announcement_id.is_(None))):
        _write(row, notice, is_fixed=False)
        letters += 1
    db.session.commit()
    return letters


def _fixed(number: int, moment: datetime) -> int:
    """Tell those who follow the issue, those who follow all and heard of it, and who asked us of it."""
    notice = _claimed(number, "fixed_told_at", moment)
    if notice is None or not notice.texts:
        return 0
    of_it = Subscription.announcement_id == number
    # Who never heard of the trouble need not hear of its end.
    heard = or_(of_it, Subscription.announcement_id.is_(None)) if notice.announced_at else of_it
    told: set[str] = set()
    for row in db.session.scalars(_followers().where(heard).order_by(of_it.desc())):
        if row.email not in told:
            _write(row, notice, is_fixed=True)
            told.add(row.email)
        if row.announcement_id == number:
            row.told_at = moment
    letters = len(told)
    for request in linked_requests(number):
        _answer(request, notice, moment)
        letters += 1
    db.session.commit()
    return letters


def _followers() -> Select[Subscription]:
    return select(Subscription).where(
        Subscription.confirmed_at.is_not(None), Subscription.told_at.is_(None)
    )


def linked_requests(number: int) -> list[ContactRequest]:
    """Return the open requests that the staff have tagged as of this issue."""
    tagged = cast(ContactRequest.tags, String).contains(f'"{tag_of(number)}"', autoescape=True)
    query = select(ContactRequest).where(
        ContactRequest.resolved_at.is_(None), ContactRequest.is_bot.is_(False), tagged
    )
    return list(db.session.scalars(query.order_by(ContactRequest.id)))


def _answer(request: ContactRequest, notice: Announcement, moment: datetime) -> None:
    """Say in the thread of a request that its trouble is over; the thread writes the letter."""
    texts = texts_of(notice)
    text = texts[nearest(texts, request.locale)]
    with speaking(request.locale):
        said = _("What you wrote to us about is fixed: %(title)s", title=text.title)
    words = "\n\n".join(filter(None, (said, text.fixed_words)))
    message = NewMessage(
        author=Author.STAFF,
        text=words,
        user_id=notice.author_id,
        author_name=settings().site_name,
        at=moment,
    )
    add_message(db.session(), request, message)


def _write(row: Subscription, notice: Announcement, *, is_fixed: bool) -> None:
    locale = row.locale if row.locale in settings().locales else settings().default_locale
    texts = texts_of(notice)
    text = texts[nearest(texts, locale)]
    with speaking(locale):
        subject = (
            _("Fixed: %(title)s", title=text.title)
            if is_fixed
            else f"{settings().site_name}: {text.title}"
        )
        words = text.fixed_words if is_fixed else text.body
        address = site_root() + url_for("announcements.one", locale=locale, number=notice.id)
        parts: list[Part] = [
            _("Hello,"),
            _("This is fixed: “%(title)s”.", title=text.title) if is_fixed else text.title,
            _plain(words),
            Link(address, _("The whole announcement")),
            _ending(row),
        ]
        outbox.send(
            row.email,
            kind=KIND,
            subject=outbox.one_line(subject),
            text=as_text(parts),
            html=as_html(subject, parts, locale),
            headers={
                "List-Unsubscribe": f"<{stop_address(row)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def _ending(row: Subscription) -> str:
    if row.announcement_id is not None:
        return str(_("You asked to hear of this alone: this is the last message."))
    return str(_("You asked for this. No more of it: %(address)s", address=stop_address(row)))


def _plain(words: str) -> str:
    """Return Markdown as a letter shows it: read as it is written, without its signs of emphasis."""
    return words.replace("**", "").replace("__", "").strip()


def forget_told(now: datetime | None = None) -> int:
    """Erase the addresses of who followed one issue and was told; return how many."""
    rows: Iterable[Subscription] = db.session.scalars(
        select(Subscription).where(
            Subscription.announcement_id.is_not(None),
            Subscription.told_at <= (now or utc_now()),
        )
    ).all()
    count = 0
    for row in rows:
        db.session.delete(row)
        count += 1
    db.session.commit()
    return count
