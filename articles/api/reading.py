"""Read articles and categories."""

import re
from collections.abc import Mapping
from typing import Any

from flask import g, url_for
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from articles.api.schemas import (
    ArticleFilters,
    ArticleSchema,
    ArticleSummarySchema,
    CategoriesSchema,
    CategoryArguments,
    OneArticle,
)
from articles.audience import readable_by, reader
from articles.categories import Branch, tree, whole_tree
from articles.models import Article, Audience, Category, Status, Translation
from articles.queries import by_key, published
from articles.rendering import page_html, public_rendering
from articles.views import address_of, site_root
from kb.api.callers import need
from kb.api.operations import blueprint, open_to_all, same_for_all
from kb.api.paging import Page, paged
from kb.api.problems import Problem
from kb.api.schemas import page_of
from kb.api.scopes import Scope
from kb.db import db, utc_now

operations = blueprint("articles", "What this help centre says, and how it is filed.")

_OWN_ADDRESS = re.compile(r'(?<=\s)(href|src|poster)="/(?!/)')


def read_as(audience: Audience | None) -> None:
    """Read as somebody of an audience, for the rest of the request; wider ones need a key."""
    if audience is None:
        return
    if audience not in readable_by(reader()):
        need(Scope.ARTICLES_READ)
    g.reader = audience


@operations.get("/articles")
@open_to_all
@same_for_all
@operations.etag
@operations.arguments(ArticleFilters, location="query")
@operations.response(200, page_of(ArticleSummarySchema))
def list_articles(asked: Mapping[str, Any]) -> Page[dict[str, Any]]:
    """List articles.

    One entry a language, those that changed longest ago first. In this order what changes while you read moves to the end, and comes once more.
    """
    read_as(asked["audience"])
    query = (
        published(asked["locale"], reader=reader())
        if asked["status"] is Status.PUBLISHED
        else _in_status(asked["status"], asked["locale"])
    )
    query = query.options(contains_eager(Translation.article).joinedload(Article.category))
    if asked["category"] is not None:
        query = query.where(Article.category_id.in_(below(asked["category"])))
    if asked["kind"] is not None:
        query = query.where(Article.kind == asked["kind"])
    if asked["updated_since"] is not None:
        query = query.where(Translation.updated_at >= asked["updated_since"])
    return paged(query, (Translation.updated_at, Translation.id), asked, shown=summary_of)


def _in_status(status: Status, locale: str | None) -> Select[Translation]:
    """Select what readers do not see, or not yet."""
    need(Scope.ARTICLES_READ)
    now = utc_now()
    query = select(Translation).join(Translation.article)
    if locale is not None:
        query = query.where(Translation.locale == locale)
    if status is Status.ARCHIVED:
        return query.where(Translation.archived_at <= now)
    query = query.where(or_(Translation.archived_at.is_(None), Translation.archived_at > now))
    if status is Status.DRAFT:
        return query.where(Translation.published_at.is_(None))
    return query.where(Translation.published_at > now)


def below(key: str) -> Select[int]:
    """Select the ids of the category with a key, and of all below it."""
    branch = select(Category.id).where(Category.key == key).cte(recursive=True)
    branch = branch.union_all(select(Category.id).where(Category.parent_id == branch.c.id))
    return select(branch.c.id)


def summary_of(translation: Translation) -> dict[str, Any]:
    """Return an article in one language without its words, as the schema shows it."""
    article = translation.article
    return {
        "key": article.key,
        "locale": translation.locale,
        "title": translation.title,
        "summary": translation.summary,
        "url": address_of(translation, external=True),
        "kind": article.kind,
        "category": article.category.key if article.category else None,
        "audience": article.audience,
        "status": translation.status(),
        "published_at": translation.published_at,
        "updated_at": translation.updated_at,
    }


@operations.get("/articles/<key>")
@open_to_all
@same_for_all
@operations.etag
@operations.arguments(OneArticle, location="query")
@operations.response(200, ArticleSchema)
def read_article(asked: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Read an article.

    In all its languages, as readers get it. What has left the site, or is not for whom one reads as, is not found.
    """
    read_as(asked["audience"])
    query = by_key(asked["locale"], [key], reader=reader()).options(
        joinedload(Translation.public_revision)
    )
    found = db.session.scalars(query.order_by(Translation.locale)).all()
    if not found:
        raise Problem("not-found", "No article that you may read has this key.")
    article = found[0].article
    return {
        "key": article.key,
        "kind": article.kind,
        "stage": article.stage,
        "category": article.category.key if article.category else None,
        "audience": article.audience,
        "tags": article.tags,
        "translations": [_translation(each) for each in found],
    }


def _translation(translation: Translation) -> dict[str, Any]:
    revision = translation.public_revision
    assert revision is not None, "published() only gives translations with public words"
    return {
        "locale": translation.locale,
        "title": translation.title,
        "summary": translation.summary,
        "url": address_of(translation, external=True),
        "revision": revision.number,
        "body": revision.body,
        "html": absolute(page_html(translation, lambda each: address_of(each, external=True))),
        "sections": public_rendering(translation).sections,
        "answers": revision.answers,
        "published_at": translation.published_at,
        "updated_at": translation.updated_at,
    }


def absolute(html: str) -> str:
    """Return the HTML of this site with addresses that hold on any other."""
    return _OWN_ADDRESS.sub(rf'\1="{site_root()}/', html)


@operations.get("/categories")
@open_to_all
@same_for_all
@operations.etag
@operations.arguments(CategoryArguments, location="query")
@operations.response(200, CategoriesSchema)
def list_categories(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Read the categories.

    A tree, in the order that readers see. Those without anything to read are left out, unless a key asks
    for them too.
    """
    locale = asked["locale"]
    if not asked["empty"]:
        return {"items": [_branch(each, locale) for each in tree(locale)]}
    need(Scope.ARTICLES_READ)
    return {"items": [_branch(each, locale) for each in whole_tree(locale)]}


def _branch(branch: Branch, locale: str) -> dict[str, Any]:
    path = url_for("articles.category", locale=locale, slug=branch.slug)
    return {
        "key": branch.key,
        "name": branch.name,
        "description": branch.description,
        "url": site_root() + path,
        "count": branch.count,
        "children": [_branch(each, locale) for each in branch.children],
    }


def any_key() -> str | None:
    """Return the key of an article that everybody may read, None where there is none."""
    return db.session.scalar(
        published(reader=Audience.EVERYONE)
        .with_only_columns(Article.key)
        .order_by(None)
        .order_by(Article.id)
        .limit(1)
    )
