"""What became public and what left the site, in its order: to keep a copy of the articles elsewhere."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from articles.api.reading import operations
from articles.models import Article, Audience, Publication, Status, Translation
from articles.views import address_of
from kb.api.operations import scoped
from kb.api.paging import Page, paged
from kb.api.schemas import Language, Moment, PageArguments, Schema, choice, page_of
from kb.api.scopes import Scope
from kb.db import db, utc_now


class ChangeFilters(PageArguments):
    """Since when, and in which language."""

    since = Moment(
        load_default=None,
        metadata={
            "description": "Only what came at this moment or later; without it, all that ever did.",
            "example": "2026-11-01T00:00:00Z",
        },
    )
    locale = Language(load_default=None, metadata={"description": "Only this language."})


class ChangeSchema(Schema):
    """That an article in one language came before readers, changed there, or left."""

    at = Moment()
    key = fields.String()
    locale = fields.String()
    revision = fields.Integer(
        allow_none=True,
        metadata={"description": "Number of the words that came; null: it left the site."},
    )
    status = choice(Status, metadata={"description": "As it stands now."})
    audience = choice(Audience, metadata={"description": "Who may read it now."})
    title = fields.String()
    url = fields.String(metadata={"format": "uri"})


@operations.get("/article-changes")
@scoped(Scope.ARTICLES_READ)
@operations.arguments(ChangeFilters, location="query")
@operations.response(200, page_of(ChangeSchema))
def list_changes(asked: Mapping[str, Any]) -> Page[dict[str, Any]]:
    """List what came and what left.

    The oldest first, whatever the audience: articles that became public, whose words changed, that were
    archived or restored, each as often as it happened. Read again what `revision` names, drop what has none.
    """
    query = select(Publication).where(Publication.at <= utc_now())
    if asked["since"] is not None:
        query = query.where(Publication.at >= asked["since"])
    if asked["locale"] is not None:
        here = select(Translation.id).where(Translation.locale == asked["locale"])
        query = query.where(Publication.translation_id.in_(here))
    page = paged(
        query.options(joinedload(Publication.revision)), (Publication.at, Publication.id), asked
    )
    known = _translations([each.translation_id for each in page.items])
    return Page([_change(each, known[each.translation_id]) for each in page.items], page.next)


def _translations(numbers: list[int]) -> dict[int, Translation]:
    query = select(Translation).where(Translation.id.in_(numbers))
    found = db.session.scalars(query.options(joinedload(Translation.article)))
    return {each.id: each for each in found}


def _change(publication: Publication, translation: Translation) -> dict[str, Any]:
    article: Article = translation.article
    return {
        "at": publication.at,
        "key": article.key,
        "locale": translation.locale,
        "revision": publication.revision.number if publication.revision is not None else None,
        "status": translation.status(),
        "audience": article.audience,
        "title": translation.title,
        "url": address_of(translation, external=True),
    }
