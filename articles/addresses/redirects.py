"""All addresses that lead elsewhere, in one list; those that people add by hand, one or many."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from sqlalchemy import Select, String, cast, func, literal, null, or_, select, union_all
from werkzeug.exceptions import HTTPException

from articles.addresses import leading
from articles.models import (
    Article,
    Category,
    CategoryName,
    CategorySlugHistory,
    OldAddress,
    SlugHistory,
    Translation,
)
from articles.translation_source import source_of
from articles.views import site_root
from kb.db import db, utc_now

MAX_LINES = 2_000  # of a file, a few seconds of work; more are several files
MAX_LINE = 4_000  # characters, two long addresses


class Sort(StrEnum):
    """Why an address leads elsewhere."""

    RENAMED = "renamed"  # the article has another address now
    CATEGORY = "category"  # renamed, merged or removed
    ENDED = "ended"  # archived, with a successor
    FORMER = "former"  # of the site that the articles came from
    HAND = "hand"  # added by somebody here


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address, and the identity of what it leads to. Without either it is all subjects."""

    sort: Sort
    id: int
    path: str
    translation_id: int | None
    category_id: int | None
    since: datetime
    made_by: str


class NoSuchTarget(ValueError):
    """What an address should lead to is no article and no category of this site."""


class OtherSite(NoSuchTarget):
    """Redirects never lead to another site."""


class BadAddress(ValueError):
    """The old address is none that can be kept: the site itself answers there, or it is not one."""


def listed(words: str = "", sort: Sort | None = None) -> Select[*tuple[Any, ...]]:
    """Select the redirects whose path, or the title behind it, holds `words`; by path."""
    every = union_all(*(_of(each) for each in Sort if sort in {None, each})).subquery()
    query = select(every)
    if words:
        titled = select(Translation.id).where(
            func.lower(Translation.title).contains(words.lower(), autoescape=True)
        )
        query = query.where(
            or_(
                every.c.path.contains(words.lower(), autoescape=True),
                every.c.translation_id.in_(titled),
            )
        )
    return query.order_by(every.c.path, every.c.id)


def read(query: Select[*tuple[Any, ...]]) -> list[Redirect]:
    """Return the rows of `listed`."""
    return [
        Redirect(Sort(row.sort), row.id, row.path, row.translation_id, row.category_id,
                 row.since, row.made_by)
        for row in db.session.execute(query)
    ]  # fmt: skip


def _of(sort: Sort) -> Select[*tuple[Any, ...]]:
    named = literal(sort.value, String).label("sort")
    nothing = cast(null(), OldAddress.id.type)
    nobody = literal("", String).label("made_by")
    if sort is Sort.RENAMED:
        path = literal("/") + SlugHistory.locale + "/articles/" + SlugHistory.slug
        return select(named, SlugHistory.id, path.label("path"), SlugHistory.translation_id,
                      nothing.label("category_id"), SlugHistory.created_at.label("since"),
                      nobody)  # fmt: skip
    if sort is Sort.CATEGORY:
        row = CategorySlugHistory
        path = literal("/") + row.locale + "/categories/" + row.slug
        return select(named, row.id, path.label("path"), nothing.label("translation_id"),
                      row.category_id, row.created_at.label("since"), nobody)  # fmt: skip
    if sort is Sort.ENDED:
        path = literal("/") + Translation.locale + "/articles/" + Translation.slug
        return (
            select(named, Translation.id, path.label("path"),
                   Translation.id.label("translation_id"), nothing.label("category_id"),
                   Translation.archived_at.label("since"), nobody)
            .join(Article)
            .where(Article.successor_id.is_not(None), Translation.archived_at <= utc_now())
        )  # fmt: skip
    is_by_hand = OldAddress.made_by != "" if sort is Sort.HAND else OldAddress.made_by == ""
    return select(named, OldAddress.id, OldAddress.path, OldAddress.translation_id,
                  OldAddress.category_id, OldAddress.created_at.label("since"),
                  OldAddress.made_by).where(is_by_hand)  # fmt: skip


# By hand


def add(old: str, to: str, *, by: str) -> OldAddress:
    """Let an old address lead to what `to` names; uncommitted.

    `to` is an address of this site, an address that redirects already, or the key of an article or a
    category. Raises `BadAddress`, `NoSuchTarget` and `OtherSite`.
    """
    target = target_of(to)
    if not old.strip().startswith(("/", "http://", "https://")):
        raise BadAddress(old)
    kept = leading.keep_old(old, target, by=by)
    if kept is None:
        raise BadAddress(old)
    return kept


def target_of(text: str) -> Translation | Category:
    """Return the article or category that somebody names. Raises `NoSuchTarget`, `OtherSite`."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise NoSuchTarget(text) from error
    if parts.scheme == "article":
        return _by_key(parts.path)
    if parts.netloc and parts.netloc not in {request.host, urlsplit(site_root()).netloc}:
        raise OtherSite(text)
    if not text.startswith("/") and not parts.netloc:
        return _by_key(text)
    return _at(unquote(parts.path)) or _behind(text) or _fail(text)


def _at(path: str) -> Translation | Category | None:
    """Return what lives, or lived, at an address of this site."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path.rstrip("/"), method="GET")
    except HTTPException:
        return None
    locale, slug = values.get("locale", ""), values.get("slug", "")
    if endpoint in {"articles.article", "articles.article_source"}:
        found = leading.holder(locale, slug)
        return db.session.get(Translation, found) if found is not None else None
    if endpoint != "articles.category":
        return None
    here = CategoryName.locale == locale, CategoryName.slug == slug
    category = db.session.scalar(select(Category).join(CategoryName).where(*here))
    former = leading.former_category(locale, slug)
    if category is None and former is not None and former.category_id is not None:
        category = db.session.get(Category, former.category_id)
    return category


def _behind(path: str) -> Translation | Category | None:
    """Return what an old address leads to, so that no chain arises."""
    found = leading.old_address(urlsplit(path).path, urlsplit(path).query)
    if found is None:
        return None
    if found.translation_id is not None:
        return db.session.get(Translation, found.translation_id)
    return db.session.get(Category, found.category_id) if found.category_id else None


def _by_key(key: str) -> Translation | Category:
    article = db.session.scalar(select(Article).where(Article.key == key))
    if article is not None and article.translations:
        return source_of(article)
    return db.session.scalar(select(Category).where(Category.key == key)) or _fail(key)


def _fail(text: str) -> Translation | Category:
    raise NoSuchTarget(text)


def pairs(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield (line, cells) of a file of two columns: commas, semicolons or tabs, with a head or not.

    UTF-8, with or without a mark, or what Windows writes.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text[:MAX_LINE].partition("\n")[0]
    mark = max(",;\t", key=first.count)
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=mark), 1):
        full = [cell.strip() for cell in cells]
        is_head = number == 1 and full[:1] and not full[0].startswith(("/", "http"))
        if any(full) and not is_head:
            yield number, full
