"""What the person who is signed in may do with an article: their role, and their categories.

Who has no row of `CategoryRight` acts everywhere as their role allows. Who has some acts in these
categories and below them only, as far as the row nearest above an article says, and never beyond
their role; an article without a category is outside all of them. Leads and administrators, who
look after the categories themselves, are never limited.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from flask import abort, g, has_app_context
from flask_security import current_user
from sqlalchemy import Select, false, select
from sqlalchemy.sql.util import find_tables

from articles.models import Article, Category, Translation
from articles.studio.models import CategoryRight, Level
from kb.accounts.models import User
from kb.db import db, utc_now
from kb.rights import Right, holds

UNLIMITED = Right.ORGANISE  # who may change the tree of categories is not shut out of a part of it

# What a right asks for in the category of the article; what is not here asks to write.
LEVELS: Mapping[Right, Level] = {
    Right.READ_STUDIO: Level.READ,
    Right.WRITE: Level.WRITE,
    Right.REVIEW: Level.PUBLISH,
    Right.PUBLISH: Level.PUBLISH,
    Right.ORGANISE: Level.PUBLISH,
}
_RANKS = {level: rank for rank, level in enumerate(Level)}

Q = TypeVar("Q", bound=Select[Any])


def may(right: Right, article: Article, *, person: Any = None) -> bool:
    """Tell whether a person, the one signed in by default, has a right over an article."""
    category = article.category.id if article.category else article.category_id
    return may_file(category, right, person=person)


def demand(right: Right, article: Article) -> None:
    """End the request with 403 unless the signed-in person has a right over an article."""
    if not may(right, article):
        abort(HTTPStatus.FORBIDDEN)


def may_file(
    category: Category | int | None, right: Right = Right.WRITE, *, person: Any = None
) -> bool:
    """Tell whether a person has a right over whatever is filed in a category, None for no category."""
    person = person or current_user
    if not holds(person, right):
        return False
    levels = limits(person)
    if levels is None:
        return True
    level = levels.get(category.id if isinstance(category, Category) else category)
    return level is not None and _RANKS[level] >= _RANKS[LEVELS.get(right, Level.WRITE)]


def right_to_change(article: Article) -> Right:
    """Return the right that changing what readers see at once asks for: to publish, once public.

    The category, the audience, the kind and the address of an article are such things.
    """
    now = utc_now()
    is_public = any(
        each.public_revision_id is not None
        and each.published_at is not None
        and each.published_at <= now
        and (each.archived_at is None or each.archived_at > now)
        for each in article.translations
    )
    return Right.PUBLISH if is_public else Right.WRITE


def may_move(article: Article, to: Category | int | None) -> bool:
    """Tell whether the signed-in person may move an article: in both places, as far as it is public."""
    right = right_to_change(article)
    return may(right, article) and may_file(to, right)


def demand_move(article: Article, to: Category | int | None) -> None:
    """End the request with 403 unless the signed-in person may move an article there."""
    if not may_move(article, to):
        abort(HTTPStatus.FORBIDDEN)


def within(query: Q, right: Right = Right.READ_STUDIO, *, person: Any = None) -> Q:
    """Restrict a select of articles or translations to those over which a person has a right.

    The query must draw from `article` or from `translation` by their own names, not by aliases;
    any other one is refused, since it would show everything.
    """
    person = person or current_user
    if not holds(person, right):
        return query.where(false())
    levels = limits(person)
    if levels is None:
        return query
    needed = _RANKS[LEVELS.get(right, Level.WRITE)]
    allowed = [each for each, level in levels.items() if _RANKS[level] >= needed]
    tables = {
        table.name
        for source in query.get_final_froms()
        for table in find_tables(source, include_joins=False)
    }
    if "article" in tables:
        return query.where(Article.category_id.in_(allowed))
    if "translation" in tables:
        inside = select(Article.id).where(Article.category_id.in_(allowed))
        return query.where(Translation.article_id.in_(inside))
    raise TypeError("within() takes a select from article or translation: join one of them")


def limits(person: Any = None) -> Mapping[int | None, Level] | None:
    """Return the level of a person in each category that is open to them; None: not limited.

    Read once a request. The nearest row above a category decides, so that a part of a tree can be
    closed further, or opened.
    """
    person = person or current_user
    if not person.is_authenticated or holds(person, UNLIMITED):
        return None
    known: dict[int, Mapping[int | None, Level] | None]
    known = g.setdefault("category_limits", {}) if has_app_context() else {}
    if person.id not in known:
        known[person.id] = _limits(person.id)
    return known[person.id]


def forget_limits() -> None:
    """Let the rest of the request see rights that it has just changed."""
    g.pop("category_limits", None)


def _limits(user_id: int) -> Mapping[int | None, Level] | None:
    rows = db.session.execute(
        select(CategoryRight.category_id, CategoryRight.level).where(
            CategoryRight.user_id == user_id
        )
    ).all()
    if not rows:
        return None
    own = {row.category_id: row.level for row in rows}
    tree = select(Category.id, Category.parent_id)
    parents = dict(db.session.execute(tree).all())
    found: dict[int | None, Level] = {}
    for category in parents:
        level = nearest_level(category, own, parents)
        if level is not None:
            found[category] = level
    return found


def nearest_level(
    category: int, own: Mapping[int, Level], parents: Mapping[int, int | None]
) -> Level | None:
    """Return the level that the nearest row at or above a category gives, None where there is none."""
    at: int | None = category
    for _ in range(len(parents) + 1):  # a tree that has become a ring ends too
        if at is None or at not in parents:
            return None
        if at in own:
            return own[at]
        at = parents[at]
    return None


def who_may(right: Right, article: Article) -> list[User]:
    """Return the people who have a right over an article, by name; for choosing a reviewer."""
    people = db.session.scalars(select(User).where(User.active.is_(True)).order_by(User.name))
    return [each for each in people if may(right, article, person=each)]
