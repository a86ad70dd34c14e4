"""How moves, merges and removals of categories are taken back: what others changed since stays."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from articles import categorising
from articles.hierarchy import InsideItself, TooDeep
from articles.markdown import unique
from articles.models import Article, Category, CategoryName, CategorySlugHistory, OldAddress
from articles.publishing import commit_changes
from articles.studio import undo
from articles.studio.models import CategoryRight, ChangeSet, Level
from articles.studio.undo import Undone
from kb.db import db
from kb.locales import current_locale

MOVE, MERGE, REMOVE = "category.move", "category.merge", "category.remove"

Memory = dict[str, Any]


# What things were


def place(category: Category, parent: int | None, index: int) -> Memory:
    """Return where a category stood, and where it has gone."""
    return {"id": category.id, "parent": parent, "index": index, "now": _parent(category.id)}


def _parent(category_id: int) -> int | None:
    return db.session.scalar(select(Category.parent_id).where(Category.id == category_id))


def removing(category: Category) -> Memory:
    """Return what an empty category is."""
    history = select(CategorySlugHistory).where(CategorySlugHistory.category_id == category.id)
    old = select(OldAddress.id).where(OldAddress.category_id == category.id)
    return {
        "id": category.id,
        "key": category.key,
        "parent": category.parent_id,
        "position": category.position,
        "verify_days": category.verify_days,
        "names": [[n.locale, n.name, n.slug, n.description] for n in category.names],
        "history": [[each.locale, each.slug] for each in db.session.scalars(history)],
        "old": list(db.session.scalars(old)),
        "heir": category.parent_id,
    }


def merging(source: Category, target: Category) -> Memory:
    """Return what a category is and holds, and what the one it is merged into was."""
    inside = select(Article.id).where(Article.category_id == source.id)
    return removing(source) | {
        "heir": target.id,
        "articles": list(db.session.scalars(inside)),
        "children": [each.id for each in source.children],
        "rights": [[each.user_id, each.level] for each in categorising.rights_in(source)],
        "their_rights": [[each.user_id, each.level] for each in categorising.rights_in(target)],
        "their_verify_days": target.verify_days,
    }


# Taking back


def _unmove(change: ChangeSet) -> Undone:
    was = change.before[0]
    category = db.session.get(Category, was["id"])
    if category is None:
        return Undone(0)
    parent = was["parent"]
    is_there = parent is None or db.session.get(Category, parent) is not None
    if category.parent_id != was["now"] or not is_there:
        return Undone(0, (_name(category),))
    try:
        categorising.move(category, parent, was["index"])
    except (InsideItself, TooDeep):
        return Undone(0, (_name(category),))
    return Undone(1)


def _unremove(change: ChangeSet) -> Undone:
    was = change.before[0]
    category = _grow(was)
    _take_addresses_back(was, category)
    return Undone(1)


def _unmerge(change: ChangeSet) -> Undone:
    was = change.before[0]
    target = db.session.get(Category, was["heir"])
    if target is None:
        return Undone(0, tuple(name[1] for name in was["names"][:1]))
    category = _grow(was)
    _take_addresses_back(was, category)
    kept = _take_articles_back(was["articles"], target, category)
    kept += _take_children_back(was["children"], target, category)
    _take_rights_back(was, target, category)
    if was["their_verify_days"] is None and target.verify_days == was["verify_days"]:
        target.verify_days = None
    done = 1 + len(was["articles"]) + len(was["children"]) - len(kept)
    return Undone(done, tuple(kept))


def _grow(was: Memory) -> Category:
    """Make a category again as it was, as far as others have left it its number and addresses."""
    parent = db.session.get(Category, was["parent"]) if was["parent"] is not None else None
    key = unique(was["key"], set(db.session.scalars(select(Category.key))))
    category = Category(
        key=key,
        parent_id=parent.id if parent is not None else None,
        position=was["position"],
        verify_days=was["verify_days"],
    )
    if db.session.get(Category, was["id"]) is None:
        category.id = was["id"]
    db.session.add(category)
    for locale, name, slug, description in was["names"]:
        here = CategoryName.locale == locale
        taken = set(db.session.scalars(select(CategoryName.slug).where(here)))
        free = unique(slug, taken)
        db.session.execute(
            delete(CategorySlugHistory).where(
                CategorySlugHistory.locale == locale, CategorySlugHistory.slug == free
            )
        )
        category.names.append(
            CategoryName(locale=locale, name=name, slug=free, description=description)
        )
    db.session.flush()
    return category


def _take_addresses_back(was: Memory, category: Category) -> None:
    """Let the former addresses of a category lead to it, where nobody has taken them over."""
    for locale, slug in was["history"]:
        row = db.session.scalar(
            select(CategorySlugHistory).where(
                CategorySlugHistory.locale == locale, CategorySlugHistory.slug == slug
            )
        )
        if row is not None and row.category_id == was["heir"]:
            row.category_id = category.id
    for number in was["old"]:
        old = db.session.get(OldAddress, number)
        if old is not None and old.category_id == was["heir"]:
            old.category_id = category.id


def _take_articles_back(ids: Iterable[int], target: Category, category: Category) -> list[str]:
    """Return the titles of those that somebody has moved on since."""
    kept = []
    for article in db.session.scalars(select(Article).where(Article.id.in_(ids))):
        if article.category_id == target.id:
            article.category_id = category.id
        else:
            kept.append(article.translations[0].title if article.translations else article.key)
    db.session.flush()
    return kept


def _take_children_back(ids: Iterable[int], target: Category, category: Category) -> list[str]:
    kept = []
    for number in ids:
        child = db.session.get(Category, number)
        if child is None:
            continue
        if child.parent_id != target.id or not _goes_under(child, category):
            kept.append(_name(child))
    return kept


def _goes_under(child: Category, category: Category) -> bool:
    try:
        categorising.move(child, category.id, len(categorising.hierarchy().below(category.id)))
    except (InsideItself, TooDeep):
        return False
    return True


def _take_rights_back(was: Memory, target: Category, category: Category) -> None:
    """Give people the rights in both categories that they had, where nobody has changed them since."""
    order = tuple(Level)
    theirs = dict(was["their_rights"])
    present = {each.user_id: each for each in categorising.rights_in(target)}
    for user_id, level in was["rights"]:
        row = present.get(user_id)
        if row is None:
            continue  # somebody took it away: it does not come back by itself
        if user_id not in theirs:
            row.category_id = category.id
            continue
        merged = max(Level(theirs[user_id]), Level(level), key=order.index)
        db.session.add(CategoryRight(user_id=user_id, category_id=category.id, level=Level(level)))
        if row.level is merged:
            row.level = Level(theirs[user_id])
    db.session.flush()


def _name(category: Category) -> str:
    return category.name_in(current_locale()).name if category.names else category.key


def init_app(app: Flask) -> None:
    """Let the page of recent acts take these back."""
    for act, label, taken_back in (
        (MOVE, _l("Category moved"), _unmove),
        (MERGE, _l("Categories merged"), _unmerge),
        (REMOVE, _l("Category removed"), _unremove),
    ):
        undo.register(app, act, label, taken_back, commit=commit_changes)
