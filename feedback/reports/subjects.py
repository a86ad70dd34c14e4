"""Which articles a report looks at: those of a category and what lies below it, of a kind, of a stage."""

from collections.abc import Mapping

from sqlalchemy import Select, select

from articles.models import Article, Category, Translation
from articles.queries import category_names
from feedback.reports.filters import Filters
from kb.db import db


def within(filters: Filters) -> Select[int]:
    """Select the ids of the translations that category, kind and stage leave, public or not."""
    query = select(Translation.id).join(Article, Article.id == Translation.article_id)
    if filters.category:
        query = query.where(Article.category_id.in_(_below(filters.category)))
    if filters.kind:
        query = query.where(Article.kind == filters.kind)
    if filters.stage:
        query = query.where(Article.stage == filters.stage)
    return query


def ids(filters: Filters) -> frozenset[int] | None:
    """Return the same as a set; None where all articles are looked at, and searches about none."""
    return frozenset(db.session.scalars(within(filters))) if filters.of_subject else None


def _parents() -> dict[int, int | None]:
    rows = db.session.execute(select(Category.id, Category.parent_id))
    return {row.id: row.parent_id for row in rows}


def _below(key: str) -> list[int]:
    """Return the ids of a category and of all below it; none for a key that no category has."""
    top = db.session.scalar(select(Category.id).where(Category.key == key))
    parents = _parents()
    return [each for each in parents if top in _line(each, parents)]


def _line(category: int, parents: Mapping[int, int | None]) -> list[int]:
    """Return a category and those above it, the nearest first."""
    line: list[int] = []
    above: int | None = category
    while above is not None and above not in line:
        line.append(above)
        above = parents.get(above)
    return line


def topics() -> dict[int, int]:
    """Return the topmost category of each translation that is filed."""
    parents = _parents()
    rows = db.session.execute(
        select(Translation.id, Article.category_id)
        .join(Article, Article.id == Translation.article_id)
        .where(Article.category_id.is_not(None))
    )
    return {row.id: _line(row.category_id, parents)[-1] for row in rows if row.category_id}


def topic_names(locale: str) -> dict[int, tuple[str, str, str]]:
    """Return (key, name, its language) of each category, in `locale` where it has a name there."""
    found: dict[int, tuple[str, str, str]] = {}
    for each, key, _parent, its_locale, name, _slug, _description in db.session.execute(
        category_names()
    ):
        if each not in found or its_locale == locale:
            found[each] = (key, name, its_locale)
    return found
