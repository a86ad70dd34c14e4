"""The letter of Monday morning: what its reader looks after and should read again, once a week at most.

It says "still right" for each article by a link of its own, which anybody who holds the letter may
open: the page behind it asks, and only the button there says so, as programs open the links of mail.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from flask import render_template, url_for
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from articles.models import Article
from articles.rights import may
from articles.studio.models import VerifyLetter
from articles.studio.verifying.due import Due, due
from articles.studio.verifying.spread import monday
from articles.views import site_root
from kb.accounts.models import RoleName, User
from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import outbox
from kb.mail.speaking import speaking
from kb.rights import Right
from kb.signing import NotSigned, Signed

KIND = "verify"
MORNING = time(7)  # of Monday, in the time zone of the site
CATCH_UP = timedelta(days=2)  # a site that was down on Monday morning still writes
LISTED = 10  # articles in a letter; it says how many more there are
TOKENS = Signed("articles.verify", timedelta(days=30))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """An article in a letter: where it is read and changed, and where one says that it is right."""

    title: str
    locale: str
    since: datetime
    address: str
    right: str


def morning(now: datetime) -> datetime:
    """Return the Monday morning that came last."""
    zone = ZoneInfo(settings().timezone)
    local = now.astimezone(zone)
    found = datetime.combine(monday(local.date()), MORNING, zone)
    return found if found <= now else found - timedelta(weeks=1)


def send_due(now: datetime | None = None) -> int:
    """Put this week's letters into the outbox, one to each who has anything to read; return how many.

    They say what was due on Monday morning: what becomes due later waits for the next one.
    """
    now = now or utc_now()
    since = morning(now)
    if now - since > CATCH_UP:
        return 0
    week = f"{since:%G-W%V}"
    return sum(_send_once(each, lines, week) for each, lines in _readers(since))


def _readers(moment: datetime) -> list[tuple[User, list[Due]]]:
    """Return who is asked about what; the leads about what nobody looks after."""
    waiting = due(moment)
    by_person: dict[int | None, list[Due]] = defaultdict(list)
    for each in waiting:
        by_person[each.person_id].append(each)
    found = []
    for user in db.session.scalars(select(User).where(User.active.is_(True)).order_by(User.id)):
        asked = list(by_person.get(user.id, ()))
        if user.has_role(RoleName.LEAD.value):
            asked += by_person.get(None, ())
        if asked and user.has_role(RoleName.WRITER.value):
            found.append((user, sorted(asked, key=lambda each: each.due_at)))
    return found


def _send_once(user: User, asked: Sequence[Due], week: str) -> bool:
    """Send a letter with the claim that it was, in one transaction; false where it was sent already."""
    sent = select(VerifyLetter.id).where(
        VerifyLetter.owner == user.email, VerifyLetter.week == week
    )
    if db.session.scalar(sent) is not None:
        return False
    articles = [each for each in _articles(asked) if may(Right.WRITE, each[0], person=user)]
    if not articles:
        return False
    locale = user.locale if user.locale in settings().locales else settings().default_locale
    try:
        db.session.add(VerifyLetter(owner=user.email, week=week))
        db.session.flush()
    except IntegrityError:  # another worker was quicker
        db.session.rollback()
        return False
    with speaking(locale):
        _write(user, articles, locale)
    db.session.commit()
    return True


def _articles(asked: Sequence[Due]) -> list[tuple[Article, datetime]]:
    since = {each.article_id: each.due_at for each in asked}
    found = db.session.scalars(
        select(Article)
        .where(Article.id.in_([each.article_id for each in asked]))
        .options(selectinload(Article.translations))
    )
    pairs = [(each, since[each.id]) for each in found if each.translations]
    return sorted(pairs, key=lambda pair: (pair[1], pair[0].id))


def _write(user: User, articles: Sequence[tuple[Article, datetime]], locale: str) -> None:
    count = len(articles)
    frame = {
        "name": user.name,
        "lines": [_line(user, each, since, locale) for each, since in articles[:LISTED]],
        "more": max(0, count - LISTED),
        "count": count,
        "desk": site_root() + url_for("verifying.overview"),
    }
    outbox.send(
        user.email,
        kind=KIND,
        subject=outbox.one_line(
            ngettext(
                "%(site)s: %(num)s article to read again",
                "%(site)s: %(num)s articles to read again",
                count,
                site=settings().site_name,
            )
        ),
        text=render_template("mail/verify.txt", **frame),
        html=render_template("mail/verify.html", **frame),
    )


def _line(user: User, article: Article, since: datetime, locale: str) -> Line:
    wanted = (locale, article.source_locale)
    shown = min(
        article.translations,
        key=lambda one: (one.locale not in wanted, one.locale != locale, one.id),
    )
    return Line(
        shown.title,
        shown.locale,
        since,
        site_root() + url_for("drafts.draft", number=shown.id),
        site_root() + url_for("verify_letters.ask", locale=locale, token=token(user, article)),
    )


def token(user: User, article: Article) -> str:
    """Return what lets the reader of a letter say that one article is still right."""
    return TOKENS.text([user.id, article.id])


def read_token(said: str) -> tuple[User, Article] | None:
    """Return whose token it is and for which article; None for one that says nothing any more.

    That is: not signed by this site, older than thirty days, or of somebody who may not say so now.
    """
    try:
        user_id, article_id = TOKENS.read(said)
    except NotSigned:
        return None
    user, article = db.session.get(User, user_id), db.session.get(Article, article_id)
    if user is None or article is None or not user.active:
        return None
    return (user, article) if may(Right.WRITE, article, person=user) else None
