"""Write drafts, bring them before readers, take them off the site: the verbs of the studio.

A key has no colleague who would review its words. So to write and to publish are two scopes; whoever
gives both to one key lets it publish what it wrote itself.
"""

from collections.abc import Mapping
from typing import Any

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from articles.api.filing import category_by, put
from articles.api.filing_schemas import tidied
from articles.api.importing import larger
from articles.api.reading import operations
from articles.api.schemas import (
    ChangedWords,
    DraftSchema,
    NewArticle,
    NewTranslation,
    PublishingSchema,
)
from articles.checks import blocking
from articles.drafting import (
    Overtaken,
    draft_article,
    draft_translation,
    newest,
    publish_draft,
    save_draft,
)
from articles.models import Article, Revision, Translation
from articles.publishing import Words, commit_changes, words_of
from articles.views import site_root
from kb.api.idempotence import idempotent
from kb.api.operations import scoped
from kb.api.present import called_by
from kb.api.problems import Problem, Wrong
from kb.api.scopes import Scope
from kb.audit.recording import record
from kb.db import db, utc_now

LOCATION = {
    "Location": {
        "description": "Where it can be read.",
        "schema": {"type": "string", "format": "uri"},
    }
}


@operations.post("/articles")
@scoped(Scope.ARTICLES_WRITE)
@larger
@idempotent
@operations.arguments(NewArticle)
@operations.response(201, DraftSchema, headers=LOCATION)
def create_article(new: Mapping[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Begin an article.

    With a draft, which nobody outside the studio sees. The key of the article is made of its title.
    """
    category = category_by(new["category"])
    draft = draft_article(
        _words(new),
        new["locale"],
        kind=new["kind"],
        stage=new["stage"],
        category=category,
        by=called_by(),
        message=new["message"],
    )
    draft.article.audience = new["audience"]
    for name, value in tidied(new).items():
        setattr(draft.article, name, value)
    record("article.begun", thing="article", thing_id=draft.article.id, label=draft.title)
    db.session.commit()
    return _created(draft)


@operations.post("/articles/<key>/translations")
@scoped(Scope.ARTICLES_WRITE)
@larger
@idempotent
@operations.arguments(NewTranslation)
@operations.response(201, DraftSchema, headers=LOCATION)
@operations.refuses(409, "The article is there in this language already.")
def create_translation(
    new: Mapping[str, Any], key: str
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Begin a translation.

    With a draft, which nobody outside the studio sees.
    """
    article = db.session.scalar(select(Article).where(Article.key == key))
    if article is None:
        raise Problem("not-found", "No article has this key.")
    if article.in_locale(new["locale"]) is not None:
        raise Problem(
            "conflict", f"The article is there in “{new['locale']}” already: change that."
        )
    draft = draft_translation(
        article, _words(new), new["locale"], by=called_by(), message=new["message"]
    )
    return _created(draft)


@operations.get("/articles/<key>/translations/<locale:locale>")
@scoped(Scope.ARTICLES_READ)
@operations.etag
@operations.response(200, DraftSchema)
def read_draft(key: str) -> dict[str, Any]:
    """Read the newest words.

    Of an article in one language, public or not.
    """
    return _draft(_translation(key))


@operations.put("/articles/<key>/translations/<locale:locale>")
@scoped(Scope.ARTICLES_WRITE)
@larger
@operations.etag
@operations.arguments(ChangedWords)
@operations.response(200, DraftSchema)
def change_words(new: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Write the next revision.

    Nothing changes for readers until it is published.
    """
    translation = _translation(key)
    last = newest(translation)
    operations.check_etag(_draft(translation), DraftSchema)
    try:
        save_draft(
            translation,
            _words(new, known=last),
            after=last.number,
            by=called_by(),
            message=new["message"],
            significance=new["significance"],
        )
    except Overtaken:
        raise Problem("changed") from None
    return _draft(translation)


@operations.post("/articles/<key>/translations/<locale:locale>/publish")
@scoped(Scope.ARTICLES_PUBLISH)
@operations.etag
@operations.arguments(PublishingSchema, required=False)
@operations.response(200, DraftSchema)
@operations.refuses(409, "The checks found what must be mended before readers get it.")
def publish_article(asked: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Publish.

    Brings the newest words before readers, now or at a moment to come. No colleague reviews them; what
    the checks of the studio block is refused here too.
    """
    translation = _translation(key)
    revision = newest(translation)
    operations.check_etag(_draft(translation), DraftSchema)
    at = asked["at"]
    if at is not None and at <= utc_now():
        raise Problem("invalid", errors=[Wrong("This moment has passed already.", pointer="#/at")])
    if found := blocking(translation, words_of(revision)):
        rules = ", ".join(sorted({each.rule for each in found}))
        raise Problem("conflict", f"To mend before readers get it: {rules}.")
    publish_draft(translation, revision, by=called_by(), at=at)
    return _draft(translation)


@operations.post("/articles/<key>/translations/<locale:locale>/archive")
@scoped(Scope.ARTICLES_PUBLISH)
@operations.etag
@operations.response(200, DraftSchema)
def archive_article(key: str) -> dict[str, Any]:
    """Archive.

    Takes an article off the site, or puts a draft aside. Words, address and votes stay.
    """
    translation = _translation(key)
    operations.check_etag(_draft(translation), DraftSchema)
    if put(translation, archived=True):
        commit_changes()
    return _draft(translation)


@operations.post("/articles/<key>/translations/<locale:locale>/restore")
@scoped(Scope.ARTICLES_PUBLISH)
@operations.etag
@operations.response(200, DraftSchema)
def restore_article(key: str) -> dict[str, Any]:
    """Restore.

    Puts an archived article back as it was.
    """
    translation = _translation(key)
    operations.check_etag(_draft(translation), DraftSchema)
    if put(translation, archived=False):
        commit_changes()
    return _draft(translation)


def _words(new: Mapping[str, Any], *, known: Revision | None = None) -> Words:
    return Words(
        title=" ".join(new["title"].split()) or _untitled(),
        body=new["body"].replace("\r\n", "\n").replace("\r", "\n"),
        summary=new["summary"],
        answers=new["answers"],
        synonyms=new["synonyms"],
        keywords=new["keywords"],
        extra=known.extra if known else {},
    )


def _untitled() -> str:
    raise Problem("invalid", errors=[Wrong("Give it a title.", pointer="#/title")])


def _translation(key: str) -> Translation:
    query = (
        select(Translation)
        .join(Translation.article)
        .where(Article.key == key, Translation.locale == g.locale)
        .options(joinedload(Translation.article).joinedload(Article.category))
    )
    found = db.session.scalar(query)
    if found is None:
        raise Problem("not-found", "No article has this key in this language.")
    return found


def _created(draft: Translation) -> tuple[dict[str, Any], int, dict[str, str]]:
    path = url_for("rest_articles.read_draft", key=draft.article.key, locale=draft.locale)
    return _draft(draft), 201, {"Location": site_root() + path}


def _draft(translation: Translation) -> dict[str, Any]:
    article, revision = translation.article, newest(translation)
    public = translation.public_revision
    now = utc_now()
    planned = translation.next_at or translation.published_at
    return {
        "key": article.key,
        "locale": translation.locale,
        "status": translation.status(),
        "revision": revision.number,
        "public_revision": public.number if public is not None else None,
        "planned_at": planned if planned is not None and planned > now else None,
        "title": revision.title,
        "body": revision.body,
        "summary": revision.summary,
        "answers": revision.answers,
        "synonyms": revision.synonyms,
        "keywords": revision.keywords,
        "author": revision.author,
        "message": revision.message,
        "written_at": revision.created_at,
        "kind": article.kind,
        "category": article.category.key if article.category else None,
        "audience": article.audience,
    }
