"""A category's rule of verification: made, with turns for what is due already, and taken back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from articles.models import Article, Category
from articles.studio import undo
from articles.studio.models import ChangeSet
from articles.studio.organising.words import name_of
from articles.studio.undo import Undone
from articles.studio.verifying.due import moment, people_asked, text
from articles.studio.verifying.rules import is_public, last_right, rules
from articles.studio.verifying.spread import Overdue, spread
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.locales import settings

RULE = "verify.rule"  # the act, in the log and for undoing


def set_rule(category: Category, days: int | None) -> ChangeSet | None:
    """Let articles of a category, and below it, be read again every `days`; uncommitted.

    None: as the category above; 0: never. What is due at once is spread over the coming weeks.
    Returns the way back, None where the rule was so already.
    """
    old = category.verify_days
    if old == days:
        return None
    before: list[dict[str, Any]] = [{"category": category.id, "old": old, "new": days}]
    ours = _dates_by_rules()
    category.verify_days = days
    db.session.flush()
    before += _spread_again(category, ours)
    record(RULE, thing="category", thing_id=category.id, label=name_of(category), days=days)
    return undo.keep(RULE, before)


def _dates_by_rules() -> dict[int, str]:
    """Return the dates that rules, rather than people, have given to articles."""
    changes = db.session.scalars(
        select(ChangeSet)
        .where(ChangeSet.act == RULE, ChangeSet.undone_at.is_(None))
        .order_by(ChangeSet.id)
    )
    return {
        was["article"]: was["new"]
        for each in changes
        for was in each.before
        if "article" in was and was["new"]
    }


def _spread_again(category: Category, ours: Mapping[int, str]) -> list[dict[str, Any]]:
    """Give the articles under the rule of a category their turns; return what changed of each."""
    held = _under(category)
    days = rules().get(category.id)
    rows = [
        (article, right)
        for article, right in _public_in(held)
        if article.verify_by is None or ours.get(article.id) == text(article.verify_by)
    ]
    turns = _turns(rows, days) if days else {}
    changes = []
    for article, _right in rows:
        old, new = article.verify_by, turns.get(article.id)
        if old != new:
            article.verify_by = new
            changes.append({"article": article.id, "old": text(old), "new": text(new)})
    return changes


def _under(category: Category) -> list[int]:
    """Return the categories whose rule is that of this one: itself, and those below without their own."""
    rows = db.session.execute(select(Category.id, Category.parent_id, Category.verify_days)).all()
    held = [category.id]
    for each in held:  # grows while it is walked
        held += [
            row.id
            for row in rows
            if row.parent_id == each and row.verify_days is None and row.id not in held
        ]
    return held


def _public_in(categories: Sequence[int]) -> list[tuple[Article, datetime | None]]:
    query = select(Article, last_right()).where(
        Article.category_id.in_(categories), is_public(utc_now())
    )
    return [(article, right) for article, right in db.session.execute(query.order_by(Article.id))]


def _turns(rows: Sequence[tuple[Article, datetime | None]], days: int) -> dict[int, datetime]:
    zone, now = ZoneInfo(settings().timezone), utc_now()
    people = people_asked({article.id: article.owner for article, _right in rows})
    waiting = [
        Overdue(
            article.id,
            str(people.get(article.id, "")),
            (right + timedelta(days=days)).astimezone(zone).date(),
        )
        for article, right in rows
        if right is not None
    ]
    found = spread(waiting, days, now.astimezone(zone).date())
    return {
        each: datetime.combine(day, time.min, zone).astimezone(UTC) for each, day in found.items()
    }


def take_back_rule(change: ChangeSet) -> Undone:
    """Undo a rule, and the dates that it gave, where neither was changed since."""
    done, kept = 0, []
    for was in change.before:
        if "category" in was:
            category = db.session.get(Category, was["category"])
            if category is not None and category.verify_days == was["new"]:
                category.verify_days, done = was["old"], done + 1
            elif category is not None:
                kept.append(category.key)
            continue
        article = db.session.get(Article, was["article"])
        if article is not None and text(article.verify_by) == was["new"]:
            article.verify_by = moment(was["old"])
    return Undone(done, tuple(kept))


def init_app(app: Flask) -> None:
    """Say how a rule is taken back."""
    undo.register(app, RULE, _l("A rule of verification"), take_back_rule)
