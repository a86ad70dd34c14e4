"""File an article: what belongs to it rather than to its words, by the verbs and rights of the studio."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from articles.addresses import succeed
from articles.api.filing_schemas import FilingInput, FilingSchema, tidied
from articles.api.reading import operations
from articles.filing import THINGS, readdress, refile, verify_on
from articles.markdown import slugify
from articles.models import Article, Category, Status, Translation
from articles.noting import note
from articles.publishing import SlugTaken, archive, commit_changes, restore
from articles.rights import right_to_change
from articles.studio.listing.bulk import name_of
from articles.studio.verifying.due import confirm
from articles.views import address_of
from kb.api.callers import need
from kb.api.operations import scoped
from kb.api.present import called_by
from kb.api.problems import Problem, Wrong
from kb.api.scopes import Scope
from kb.db import db
from kb.locales import settings
from kb.rights import Right

# What readers see change at once: to set it on a public article is to publish.
BEFORE_READERS = {"category", "kind", "stage", "audience", "source_locale", "slugs"}


@operations.get("/articles/<key>/filing")
@scoped(Scope.ARTICLES_READ)
@operations.etag
@operations.response(200, FilingSchema)
def read_filing(key: str) -> dict[str, Any]:
    """Read how an article is filed.

    Its category, tags, owner and audience, and in which languages it is there, public or not.
    """
    return _filing(_article(key))


@operations.patch("/articles/<key>/filing")
@scoped(Scope.ARTICLES_WRITE)
@operations.etag
@operations.arguments(FilingInput)
@operations.response(200, FilingSchema)
@operations.refuses(409, "An address belongs to another article.")
def change_filing(change: Mapping[str, Any], key: str) -> dict[str, Any]:
    """File an article.

    Changes what is named and leaves the rest. Tags, owner and the day of verification are for whoever
    may write; what readers of a public article see change at once, and `archived`, need the scope
    `articles:publish` too.
    """
    article = _article(key)
    _check_scopes(article, change)
    operations.check_etag(_filing(article), FilingSchema)
    things = _things(change)
    slugs = _slugs(article, change.get("slugs", {}))
    title = name_of(article)
    changed = [refile(article, title, **things), *_readdressed(slugs)]
    if "verify_by" in change and change["verify_by"] != _day(article):
        verify_on(article, change["verify_by"], title)
        changed.append(True)
    if "archived" in change:
        changed += [put(each, archived=change["archived"]) for each in article.translations]
    if any(changed):
        commit_changes()
    return _filing(article)


@operations.post("/articles/<key>/verify")
@scoped(Scope.ARTICLES_WRITE)
@operations.etag
@operations.response(200, FilingSchema)
def verify_article(key: str) -> dict[str, Any]:
    """Call an article still right.

    Somebody, or a program that can tell, has compared it with how things are.
    """
    article = _article(key)
    operations.check_etag(_filing(article), FilingSchema)
    confirm(article, by=called_by(), title=name_of(article))
    db.session.commit()
    return _filing(article)


def put(translation: Translation, *, archived: bool) -> bool:
    """Take a text off the site or put it back, and note it; tell whether that changed anything."""
    if archived == (translation.status() is Status.ARCHIVED):
        return False
    if archived:
        archive(translation)
    else:
        restore(translation)
        succeed(translation.article, None)
    act = "article.archived" if archived else "article.restored"
    note(act, translation, translation.public_revision)
    return True


def _check_scopes(article: Article, change: Mapping[str, Any]) -> None:
    is_before_readers = bool(BEFORE_READERS & change.keys())
    if "archived" in change or (is_before_readers and right_to_change(article) is Right.PUBLISH):
        need(Scope.ARTICLES_PUBLISH)


def _things(change: Mapping[str, Any]) -> dict[str, Any]:
    things = {name: change[name] for name in THINGS if name in change}
    if "category" in things:
        things["category"] = category_by(things["category"])
    return {**things, **tidied(things)}


def category_by(key: str | None, pointer: str = "#/category") -> Category | None:
    """Return the category with a key, None for none; a problem where there is none so called."""
    if not key:
        return None
    found = db.session.scalar(select(Category).where(Category.key == key))
    if found is None:
        raise Problem("invalid", errors=[Wrong("No category has this key.", pointer=pointer)])
    return found


def _slugs(article: Article, wanted: Mapping[str, str]) -> list[tuple[Translation, str]]:
    found = []
    for locale, text in wanted.items():
        translation = article.in_locale(locale)
        if translation is None:
            wrong = Wrong("The article is not there in this language.", pointer=f"#/slugs/{locale}")
            raise Problem("invalid", errors=[wrong])
        found.append((translation, slugify(text, fallback=translation.slug)))
    return found


def _readdressed(slugs: list[tuple[Translation, str]]) -> list[bool]:
    changed = []
    for translation, slug in slugs:
        locale = translation.locale
        try:
            changed.append(readdress(translation, slug))
        except SlugTaken as error:
            db.session.rollback()
            wrong = Wrong(f"It is that of “{error.title}”.", pointer=f"#/slugs/{locale}")
            raise Problem(
                "conflict", f"The address “{slug}” belongs to another article.", errors=[wrong]
            ) from None
    return changed


def _article(key: str) -> Article:
    found = db.session.scalar(
        select(Article)
        .where(Article.key == key)
        .options(joinedload(Article.category), selectinload(Article.translations))
    )
    if found is None:
        raise Problem("not-found", "No article has this key.")
    return found


def _day(article: Article) -> date | None:
    """Return the day of verification, in the time zone of the site, as the studio shows it."""
    moment = article.verify_by
    return moment.astimezone(ZoneInfo(settings().timezone)).date() if moment else None


def _filing(article: Article) -> dict[str, Any]:
    translations = sorted(article.translations, key=lambda each: each.locale)
    return {
        "key": article.key,
        "category": article.category.key if article.category else None,
        "kind": article.kind,
        "stage": article.stage,
        "audience": article.audience,
        "tags": article.tags,
        "owner": article.owner,
        "source_locale": article.source_locale,
        "verify_by": _day(article),
        "verified_at": article.verified_at,
        "verified_by": article.verified_by,
        "archived": all(each.status() is Status.ARCHIVED for each in translations),
        "created_at": article.created_at,
        "translations": [_translation(each) for each in translations],
    }


def _translation(translation: Translation) -> dict[str, Any]:
    return {
        "locale": translation.locale,
        "title": translation.title,
        "slug": translation.slug,
        "url": address_of(translation, external=True),
        "status": translation.status(),
        "published_at": translation.published_at,
        "archived_at": translation.archived_at,
        "updated_at": translation.updated_at,
    }
