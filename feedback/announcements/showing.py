"""The notices that stand on the site at a moment, decided by the query alone.

A page that is made anew asks what stands at most three times a second (`kb.recently`), and finished
pages depend on the same answer: a notice appears, changes and goes within that time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import selectinload

from articles.categories import Branch
from articles.markdown import render
from articles.models import Article, Translation
from articles.queries import published
from articles.rendering import preview_html
from articles.views import address_of
from feedback.announcements.models import Announcement, AnnouncementText, Scope, Severity
from kb.db import db, utc_now
from kb.locales import current_locale, settings
from kb.recently import recently

FIXED_SHOWS = timedelta(hours=48)  # how long "it is fixed" stays
SUMMARY = 220  # characters of a banner; more stands on the page of the notice
GRAVITY = {Severity.MAJOR: 0, Severity.MINOR: 1, Severity.NOTICE: 2}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice in the language nearest to the reader's; `key` changes when it is worth a new look."""

    id: int
    key: str
    severity: Severity
    is_issue: bool
    is_fixed: bool
    locale: str
    title: str
    summary: str
    is_whole: bool  # the summary says everything
    html: str
    url: str
    since: datetime
    fixed_at: datetime | None
    article_title: str = ""
    article_url: str = ""

    @property
    def feed_title(self) -> str:
        """Return the title with what became of it, for readers who see titles alone."""
        return str(_("Fixed: %(title)s", title=self.title)) if self.is_fixed else self.title


def visible(at: datetime) -> Select[Announcement]:
    """Select what stands at a moment: begun, not ended, or fixed a short while ago."""
    return (
        select(Announcement)
        .where(
            Announcement.starts_at <= at,
            or_(
                and_(
                    Announcement.fixed_at.is_(None),
                    or_(Announcement.ends_at.is_(None), Announcement.ends_at > at),
                ),
                Announcement.fixed_at > at - FIXED_SHOWS,
            ),
        )
        .order_by(Announcement.starts_at.desc(), Announcement.id.desc())
    )


def state(at: datetime | None = None) -> tuple[tuple[int, datetime], ...]:
    """Return what changes whenever something else stands; finished pages depend on it."""
    columns = visible(at or utc_now()).with_only_columns(Announcement.id, Announcement.updated_at)
    return tuple((row[0], row[1]) for row in db.session.execute(columns))


@dataclass(frozen=True, slots=True)
class _Standing:
    """A notice as it is kept, apart from the session."""

    id: int
    severity: Severity
    is_issue: bool
    scopes: tuple[str, ...]
    category_ids: frozenset[int]
    starts_at: datetime
    fixed_at: datetime | None
    updated_at: datetime
    article_id: int | None
    texts: Mapping[str, tuple[str, str, str]]  # title, body, words of the repair


def _standing() -> tuple[_Standing, ...]:
    query = visible(utc_now()).options(selectinload(Announcement.texts))
    return tuple(_apart(each) for each in db.session.scalars(query))


def _apart(each: Announcement) -> _Standing:
    return _Standing(
        each.id,
        each.severity,
        each.is_issue,
        tuple(each.scopes),
        frozenset(each.category_ids),
        each.starts_at,
        each.fixed_at,
        each.updated_at,
        each.article_id,
        {text.locale: (text.title, text.body, text.fixed_words) for text in each.texts},
    )


def running(locale: str, scope: str = Scope.SITE, category_ids: Iterable[int] = ()) -> list[Shown]:
    """Return what stands now in a place, the gravest first.

    On the site: what is for all of it, and for the categories given (those above a page included).
    """
    here = frozenset(category_ids)
    found = [each for each in recently("announcements", _standing) if _is_for(each, scope, here)]
    found.sort(key=lambda each: (each.fixed_at is not None, GRAVITY[each.severity]))
    return [_shown(each, locale) for each in found if each.texts]


def _is_for(each: _Standing, scope: str, here: frozenset[int]) -> bool:
    if scope in each.scopes:
        return True
    is_near = Scope.CATEGORY in each.scopes and not here.isdisjoint(each.category_ids)
    return scope == Scope.SITE and is_near


def shown_one(notice: Announcement, locale: str) -> Shown:
    """Return a notice that has texts, whether it stands now or not."""
    return _shown(_apart(notice), locale)


def _shown(each: _Standing, locale: str) -> Shown:
    """Return a notice ready to be shown; made once for each of its versions."""
    made: dict[tuple[Any, ...], Shown] = current_app.extensions.setdefault("kb_announced", {})
    known = (each.id, each.updated_at, each.fixed_at, locale)
    if known not in made:
        if len(made) > 200:  # versions that nobody sees any more
            made.clear()
        made[known] = _made(each, locale)
    return made[known]


def _made(each: _Standing, locale: str) -> Shown:
    spoken = nearest(each.texts, locale)
    title, body, fixed_words = each.texts[spoken]
    words = (fixed_words or body) if each.fixed_at else body
    plain = " ".join(render(words, locale=spoken, title=title).text.split())
    article = article_of(each.article_id, locale)
    return Shown(
        id=each.id,
        key=f"{each.id}-{'fixed' if each.fixed_at else each.severity.value}",
        severity=each.severity,
        is_issue=each.is_issue,
        is_fixed=each.fixed_at is not None,
        locale=spoken,
        title=title,
        summary=shortened(plain),
        is_whole=len(plain) <= SUMMARY and article is None,
        html=preview_html(words, title, spoken, address_of),
        url=url_for("announcements.one", locale=locale, number=each.id),
        since=each.starts_at,
        fixed_at=each.fixed_at,
        article_title=article.title if article else "",
        article_url=address_of(article) if article else "",
    )


def nearest(texts: Mapping[str, object], locale: str) -> str:
    """Return the language to show: the reader's, else the site's own, else any."""
    wanted = (locale, settings().default_locale, *texts)
    return next(each for each in wanted if each in texts)


def shortened(text: str) -> str:
    """Return a text cut at a word, where it is longer than a banner holds."""
    if len(text) <= SUMMARY:
        return text
    return text[:SUMMARY].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def article_of(article_id: int | None, locale: str) -> Translation | None:
    """Return the article that says more, as everybody may read it; in another language if need be."""
    if article_id is None:
        return None
    found = db.session.scalars(published().where(Article.id == article_id)).all()
    by_locale = {each.locale: each for each in found}
    return by_locale[nearest(by_locale, locale)] if by_locale else None


def banners(trail: object = (), category: object = None) -> list[Shown]:
    """Return the notices for the page at hand, by the categories that it stands in.

    Only branches of the tree of categories count: pages have trails and categories of other sorts.
    A page is shown without them where the database does not answer: it may be the page that says so.
    """
    shelves = [*(trail if isinstance(trail, (list, tuple)) else ()), category]
    ids = [each.id for each in shelves if isinstance(each, Branch)]
    try:
        return running(current_locale(), Scope.SITE, ids)
    except (DBAPIError, NoConnection) as error:
        db.session.rollback()
        log.warning("announcements not shown", error=str(error))
        return []


def texts_of(announcement: Announcement) -> dict[str, AnnouncementText]:
    """Return the texts of a notice by their languages."""
    return {each.locale: each for each in announcement.texts}
