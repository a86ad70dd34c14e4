"""The verbs that change the tree of categories. Each leaves the session uncommitted.

`articles.publishing.commit_changes` ends the work, so that every cache of the public site follows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update

from articles.addresses import leave_category_address, rename_category
from articles.hierarchy import Hierarchy, InsideItself, Place
from articles.markdown import slugify, unique
from articles.models import (
    Article,
    Category,
    CategoryName,
    CategorySlugHistory,
    OldAddress,
)
from articles.publishing import SlugTaken
from articles.studio.models import CategoryRight, Level
from kb.accounts.models import User
from kb.db import db


class NotEmpty(ValueError):
    """A category has articles or categories in it: it can be merged, not removed."""


class LimitsSomebody(ValueError):
    """Somebody may only work in this category: without it, nothing would limit them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Name:
    """What a category is called in one language. Without a slug, it is made from the name."""

    name: str
    slug: str = ""
    description: str = ""


def hierarchy() -> Hierarchy:
    """Return the tree as it is."""
    rows = db.session.execute(select(Category.id, Category.parent_id, Category.position))
    return Hierarchy(Place(*row) for row in rows)


def add(names: Mapping[str, Name], parent: Category | None) -> Category:
    """Add a category at the end of those under `parent`. Raises `SlugTaken`, `TooDeep`."""
    first = next(iter(names.values()))
    taken = set(db.session.scalars(select(Category.key)))
    key = unique(slugify(first.name, fallback="category"), taken)
    last = select(func.coalesce(func.max(Category.position), -1)).where(
        Category.parent_id == parent.id if parent is not None else Category.parent_id.is_(None)
    )
    category = Category(key=key, parent=None, position=(db.session.scalar(last) or 0) + 1)
    db.session.add(category)
    db.session.flush()
    if parent is not None:
        hierarchy().check(category.id, parent.id)
        category.parent = parent
    write_names(category, names)
    return category


def write_names(category: Category, names: Mapping[str, Name]) -> tuple[str, ...]:
    """Give a category these names and no others; return the addresses taken over from others.

    Former addresses redirect. Raises `SlugTaken`.
    """
    known = {each.locale: each for each in category.names}
    taken_over = []
    for locale, wanted in names.items():
        slug = slugify(wanted.slug or wanted.name, fallback=category.key)
        if _is_left_by_another(category, locale, slug):
            taken_over.append(f"/{locale}/categories/{slug}")
        if locale in known:
            rename_category(known[locale], slug)
            known[locale].name, known[locale].description = wanted.name, wanted.description
        else:
            _name(category, locale, Name(wanted.name, slug, wanted.description))
    for locale in known.keys() - names.keys():
        leave_category_address(locale, known[locale].slug, category.id)
        category.names.remove(known[locale])
    db.session.flush()
    return tuple(taken_over)


def _name(category: Category, locale: str, wanted: Name) -> None:
    """Add a name in a language that has none; an address that was only left behind is taken over."""
    here = CategoryName.locale == locale, CategoryName.slug == wanted.slug
    other = db.session.scalar(select(CategoryName).where(*here))
    if other is not None:
        raise SlugTaken(wanted.slug, other.name)
    former = CategorySlugHistory.locale == locale, CategorySlugHistory.slug == wanted.slug
    for row in db.session.scalars(select(CategorySlugHistory).where(*former)):
        db.session.delete(row)
    db.session.flush()
    category.names.append(
        CategoryName(
            locale=locale, name=wanted.name, slug=wanted.slug, description=wanted.description
        )
    )
    db.session.flush()


def _is_left_by_another(category: Category, locale: str, slug: str) -> bool:
    former = select(CategorySlugHistory).where(
        CategorySlugHistory.locale == locale, CategorySlugHistory.slug == slug
    )
    row = db.session.scalar(former)
    return row is not None and row.category_id != category.id


def move(category: Category, parent: int | None, index: int) -> None:
    """Put a category under another, or at the root, as which of those there.

    Raises `InsideItself` and `TooDeep`.
    """
    place(hierarchy().moved(category.id, parent, index))


def place(places: Iterable[Place]) -> None:
    """Let categories stand in these places."""
    for each in places:
        db.session.execute(
            update(Category)
            .where(Category.id == each.id)
            .values(parent_id=each.parent, position=each.position)
        )
    db.session.expire_all()


def merge(source: Category, target: Category) -> None:
    """Let `target` hold all that `source` held, and answer at its addresses; `source` is gone.

    The rights that people had in `source` they have in `target`, where they had less; so nobody who
    was limited to it becomes free to work everywhere. Its rule of verification goes along where
    `target` has none. Raises `InsideItself` and `TooDeep`.
    """
    tree = hierarchy()
    if target.id in tree.within(source.id):
        raise InsideItself
    for child in tree.below(source.id):
        tree.check(child, target.id)
    start = len(tree.below(target.id))
    place(
        Place(child, target.id, start + index) for index, child in enumerate(tree.below(source.id))
    )
    db.session.execute(
        update(Article).where(Article.category_id == source.id).values(category_id=target.id)
    )
    if target.verify_days is None:
        target.verify_days = source.verify_days
    _hand_over_rights(source, target)
    _hand_over_addresses(source, target.id)
    _delete(source)


def _hand_over_rights(source: Category, target: Category) -> None:
    order = tuple(Level)
    held = {each.user_id: each for each in rights_in(target)}
    for right in rights_in(source):
        known = held.get(right.user_id)
        if known is None:
            right.category_id = target.id
        else:
            known.level = max(known.level, right.level, key=order.index)
            db.session.delete(right)
    db.session.flush()


def rights_in(category: Category) -> list[CategoryRight]:
    """Return who may do what right in a category."""
    query = select(CategoryRight).where(CategoryRight.category_id == category.id)
    return list(db.session.scalars(query.order_by(CategoryRight.user_id)))


def _hand_over_addresses(source: Category, heir: int | None) -> None:
    for model in (CategorySlugHistory, OldAddress):
        db.session.execute(
            update(model).where(model.category_id == source.id).values(category_id=heir)
        )
    for name in source.names:
        leave_category_address(name.locale, name.slug, heir)


def _delete(category: Category) -> None:
    db.session.flush()
    db.session.expire_all()
    db.session.delete(category)
    db.session.flush()


def remove(category: Category) -> None:
    """Take an empty category away; its addresses lead to what it lay under, else to all subjects.

    Raises `NotEmpty` and `LimitsSomebody`.
    """
    inside = select(Article.id).where(Article.category_id == category.id).limit(1)
    if category.children or db.session.scalar(inside) is not None:
        raise NotEmpty
    if rights := rights_in(category):
        raise LimitsSomebody(_people(rights))
    _hand_over_addresses(category, category.parent_id)
    _delete(category)


def _people(rights: Iterable[CategoryRight]) -> tuple[str, ...]:
    ids = [each.user_id for each in rights]
    people = db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.name))
    return tuple(each.shown_name for each in people)
