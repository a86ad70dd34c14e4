"""When an article wants to be read again: its own date, else the rule of its category.

An article's own date (`verify_by`) counts alone. Without one it is due so many days after it was last
called right, or, if nobody ever has, after readers last saw its words change. A category without a rule
has that of the one above it; 0 days is a rule too: never.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from articles.models import Article, Category, Translation
from kb.db import db

MAX_DAYS = 3650
Parents = Mapping[int, tuple[int | None, int | None]]  # id -> parent, own rule


def inherited(tree: Parents) -> dict[int, int]:
    """Return the days of each category that has a rule, its own or the nearest above it."""
    found = {}
    for each in tree:
        at: int | None = each
        seen: set[int] = set()
        while at is not None and at not in seen:
            seen.add(at)
            parent, days = tree[at]
            if days is not None:
                if days > 0:
                    found[each] = days
                break
            at = parent
    return found


def rules() -> dict[int, int]:
    """Return the days after which articles are due, by category."""
    rows = db.session.execute(select(Category.id, Category.parent_id, Category.verify_days))
    return inherited({row.id: (row.parent_id, row.verify_days) for row in rows})


def due_at(
    verify_by: datetime | None, last_right: datetime | None, days: int | None
) -> datetime | None:
    """Return when an article is due, None for never."""
    if verify_by is not None:
        return verify_by
    if days is None or last_right is None:
        return None
    return last_right + timedelta(days=days)


def last_right() -> ColumnElement[datetime | None]:
    """Return when an article was last known to be right, for a query that draws on articles."""
    one = aliased(Translation)
    changed = (
        select(func.max(one.updated_at))
        .where(one.article_id == Article.id, one.public_revision_id.is_not(None))
        .scalar_subquery()
    )
    return func.coalesce(Article.verified_at, changed)


def is_public(now: datetime) -> ColumnElement[bool]:
    """Tell whether an article has anything to read at `now`, for whomever."""
    one = aliased(Translation)
    return exists(
        select(one.id).where(
            one.article_id == Article.id,
            one.public_revision_id.is_not(None),
            one.published_at <= now,
            or_(one.archived_at.is_(None), one.archived_at > now),
        )
    )


def is_due(now: datetime) -> ColumnElement[bool]:
    """Tell whether an article should be read again by `now`; only what is public is ever due."""
    by_days: dict[int, list[int]] = defaultdict(list)
    for category, days in rules().items():
        by_days[days].append(category)
    by_rule = [
        and_(Article.category_id.in_(categories), last_right() <= now - timedelta(days=days))
        for days, categories in sorted(by_days.items())
    ]
    return and_(
        is_public(now),
        or_(Article.verify_by <= now, and_(Article.verify_by.is_(None), or_(*by_rule)))
        if by_rule
        else Article.verify_by <= now,
    )
