"""Tell other programs when the words that the public may read appear, change, or go, or are filed anew."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, has_request_context, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from articles.models import Article, Publication, Revision, Status, Translation
from kb.db import db, utc_now
from kb.deliveries.queue import Sessions
from kb.locales import settings
from kb.webhooks.events import announce, is_heard
from kb.webhooks.noticing import notice, notice_changes

EVENTS = ("article.published", "article.updated", "article.archived")
FILED = "article.filed"
# Of an article, and of its text in one language, what readers or the staff find it by.
FILING = ("category_id", "audience", "kind", "stage", "tags", "owner")
ADDRESS = ("slug",)


def tell(publication: Publication, session: Sessions) -> None:
    """Announce what a row of the memory says has come; in the transaction of the caller."""
    if not is_heard(*EVENTS, session=session):
        return
    before = _before(publication, session)
    if publication.revision_id is None:
        event = "article.archived"
    else:
        event = "article.updated" if before else "article.published"
    if publication.revision_id == before:
        return
    translation = session.get(Translation, publication.translation_id)
    if translation is not None:
        announce(
            event,
            told_of(translation, publication.revision_id, session),
            thing="translation",
            thing_id=translation.id,
            at=publication.at,
            session=session,
        )


def _before(publication: Publication, session: Sessions) -> int | None:
    """Return the revision that was public before, None where nothing was."""
    return session.scalar(
        select(Publication.revision_id)
        .where(
            Publication.translation_id == publication.translation_id,
            Publication.id != publication.id,
            Publication.at <= publication.at,
            Publication.is_planned.is_(False),
        )
        .order_by(Publication.at.desc(), Publication.id.desc())
        .limit(1)
    )


def told_of(translation: Translation, revision_id: int | None, session: Sessions) -> dict[str, Any]:
    """Return what other programs are told of a text."""
    revision = session.get(Revision, revision_id) if revision_id else None
    article = session.get(Article, translation.article_id)
    return {
        "article_id": translation.article_id,
        "key": article.key if article else None,
        "translation_id": translation.id,
        "locale": translation.locale,
        "title": revision.title if revision else translation.title,
        "summary": revision.summary if revision else translation.summary,
        "revision": revision.number if revision else None,
        "audience": article.audience.value if article else None,
        "url": site_address() + _path(translation),
    }


def site_address() -> str:
    """Return the public address of the site, empty for a command where no setting says it."""
    root = settings().site_url
    return (root or (request.url_root if has_request_context() else "")).rstrip("/")


def _path(translation: Translation) -> str:
    if has_request_context():
        return url_for("articles.article", locale=translation.locale, slug=translation.slug)
    return f"/{translation.locale}/articles/{translation.slug}"


def _notice(session: Session, publication: Publication) -> None:
    """Announce what is public at once; what is planned is announced when it comes."""
    if not publication.is_planned and publication.at <= utc_now():
        tell(publication, session)


def _notice_filing(session: Session, article: Article) -> None:
    """Announce how an article is filed now, if readers have any of it."""
    if not is_heard(FILED, session=session):
        return
    now = utc_now()
    public = [each for each in article.translations if each.status(now) is Status.PUBLISHED]
    if public:
        told = _filed(article, public)
        announce(FILED, told, thing="article", thing_id=article.id, session=session)


def _filed(article: Article, public: Sequence[Translation]) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "key": article.key,
        "category": article.category.key if article.category else None,
        "audience": article.audience.value,
        "kind": article.kind.value,
        "stage": article.stage.value if article.stage else None,
        "tags": list(article.tags),
        "owner": article.owner,
        "translations": [
            {"locale": each.locale, "title": each.title, "url": site_address() + _path(each)}
            for each in sorted(public, key=lambda one: one.locale)
        ],
    }


def tell_came(publication: Publication) -> None:
    """Announce what was planned and has come. Uncommitted."""
    tell(publication, db.session)


def init_app(_app: Flask) -> None:
    """Announce whatever becomes public, by whatever way."""
    notice(Publication, _notice)
    notice_changes(Article, FILING, _notice_filing)
    notice_changes(Translation, ADDRESS, _notice_filing, of=lambda each: each.article)
