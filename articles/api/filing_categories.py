"""Add, name, move and remove categories, by the verbs of the studio."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import url_for
from marshmallow import ValidationError, fields, validate
from sqlalchemy import func, select

from articles import categorising
from articles.api.filing import category_by
from articles.api.reading import operations
from articles.api.schemas import MAX_KEY
from articles.categorising import LimitsSomebody, Name, NotEmpty
from articles.hierarchy import MAX_DEPTH, InsideItself, TooDeep
from articles.models import Article, Category
from articles.publishing import SlugTaken, commit_changes
from articles.studio.organising.words import LIMITS
from articles.views import site_root
from kb.api.idempotence import idempotent
from kb.api.operations import scoped
from kb.api.problems import Problem
from kb.api.schemas import MAX_INTEGER, Change, Input, Language, Schema, Text
from kb.api.scopes import Scope
from kb.audit.recording import record
from kb.db import db

LOCATION = {
    "Location": {
        "description": "Where it can be read.",
        "schema": {"type": "string", "format": "uri"},
    }
}


def _has_words(text: str) -> None:
    if not text.split():
        raise ValidationError("Give it a name.")


class CategoryNameInput(Input):
    """What a category is called in one language."""

    name = Text(
        least=1,
        most=LIMITS["name"],
        required=True,
        validate=_has_words,
        metadata={"example": "Lamp care"},
    )
    slug = Text(
        most=LIMITS["slug"],
        load_default="",
        metadata={"description": "End of its address; empty: made of the name."},
    )
    description = Text(most=LIMITS["description"], load_default="")


def _names_field(**more: Any) -> fields.Dict:
    return fields.Dict(
        keys=Language(),
        values=fields.Nested(CategoryNameInput),
        validate=validate.Length(min=1),
        metadata={
            "description": "By language, all that it is to have: one that is left out goes. Addresses "
            "that are left redirect.",
            "example": {"en": {"name": "Lamp care"}},
        },
        **more,
    )


def _parent_field(**more: Any) -> Text:
    described = {"description": "Key of the one above it; null: at the top.", "example": None}
    return Text(most=MAX_KEY, allow_none=True, metadata=described, **more)


class NewCategory(Input):
    """A category to add, as the last of those beside it."""

    names = _names_field(required=True)
    parent = _parent_field(load_default=None)


class ChangedCategory(Change):
    """What is to change; what is not named stays."""

    names = _names_field()
    parent = _parent_field()
    position = fields.Integer(
        validate=validate.Range(0, MAX_INTEGER),
        metadata={"description": "As which of those beside it, from 0; more than there are: last."},
    )


class MergedCategory(Input):
    """Where all goes."""

    into = Text(least=1, most=MAX_KEY, required=True, metadata={"description": "Key."})


class NamedSchema(Schema):
    """What a category is called in one language."""

    name = fields.String()
    slug = fields.String()
    description = fields.String()


class KeptCategorySchema(Schema):
    """A category with its names in all languages, whether there is anything to read or not."""

    key = fields.String()
    parent = fields.String(allow_none=True, metadata={"description": "Key of the one above it."})
    position = fields.Integer(metadata={"description": "Among those beside it, from 0."})
    names = fields.Dict(keys=fields.String(), values=fields.Nested(NamedSchema))
    children = fields.List(fields.String(), metadata={"description": "Keys, in their order."})
    articles = fields.Integer(metadata={"description": "Filed right in it, drafts included."})
    verify_days = fields.Integer(
        allow_none=True,
        metadata={
            "description": "Days after which its articles want to be read again, as the studio sets "
            "them; 0: never; null: as the category above."
        },
    )


@operations.get("/categories/<key>")
@scoped(Scope.ARTICLES_READ)
@operations.etag
@operations.response(200, KeptCategorySchema)
def read_category(key: str) -> dict[str, Any]:
    """Read a category.

    With its names in all languages, whether there is anything to read in it or not.
    """
    return _shown(_category(key))


@operations.post("/categories")
@scoped(Scope.CATEGORIES_WRITE)
@idempotent
@operations.arguments(NewCategory)
@operations.response(201, KeptCategorySchema, headers=LOCATION)
@operations.refuses(409, "An address belongs to another category, or the tree would be too deep.")
def create_category(new: Mapping[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Add a category.

    The key is made of its first name. Readers see it once there is something to read in it.
    """
    parent = category_by(new["parent"], "#/parent")
    with _refusing():
        made = categorising.add(_names(new["names"]), parent)
    _tell("category.added", made)
    commit_changes()
    where = url_for("rest_articles.read_category", key=made.key)
    return _shown(made), 201, {"Location": site_root() + where}


@operations.patch("/categories/<key>")
@scoped(Scope.CATEGORIES_WRITE)
@operations.etag
@operations.arguments(ChangedCategory)
@operations.response(200, KeptCategorySchema)
@operations.refuses(409, "An address belongs to another category, or it cannot stand there.")
def change_category(change: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Name or move a category.

    Changes what is named and leaves the rest. Articles and what lies below go along.
    """
    category = _unchanged(key)
    place = _place(category, change)
    with _refusing():
        if "names" in change:
            categorising.write_names(category, _names(change["names"]))
            _tell("category.renamed", category)
        if place is not None:
            categorising.move(category, *place)
            _tell("category.moved", category, under=place[0])
    commit_changes()
    return _shown(category)


@operations.post("/categories/<key>/merge")
@scoped(Scope.CATEGORIES_WRITE)
@operations.etag
@operations.arguments(MergedCategory)
@operations.response(200, KeptCategorySchema)
@operations.refuses(409, "It would lie inside itself, or the tree would be too deep.")
def merge_category(asked: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Merge a category into another.

    That one holds all that this one held, and answers at its addresses; this one is gone.
    """
    source = _unchanged(key)
    target = category_by(asked["into"], "#/into")
    assert target is not None, "a key of at least one character names a category or is refused"
    name, number = _name_of(source), source.id
    with _refusing():
        categorising.merge(source, target)
    record("category.merged", thing="category", thing_id=number, label=name, into=target.id)
    commit_changes()
    return _shown(target)


@operations.delete("/categories/<key>")
@scoped(Scope.CATEGORIES_WRITE)
@operations.etag
@operations.response(204)
@operations.refuses(409, "There are articles or categories in it, or somebody may work only there.")
def delete_category(key: str) -> None:
    """Remove an empty category.

    Its addresses lead to the one above it. One that is not empty can be merged into another.
    """
    category = _unchanged(key)
    name, number = _name_of(category), category.id
    with _refusing():
        categorising.remove(category)
    record("category.removed", thing="category", thing_id=number, label=name)
    commit_changes()


@contextmanager
def _refusing() -> Iterator[None]:
    """Undo what was begun, and say why, where a verb refuses."""
    try:
        yield
    except SlugTaken as error:
        said = f"The address “{error.slug}” belongs to the category “{error.title}”."
        raise _conflict(said) from None
    except InsideItself:
        raise _conflict("A category cannot lie inside itself, or in what is below it.") from None
    except TooDeep:
        raise _conflict(f"Readers get lost below level {MAX_DEPTH}: put it higher.") from None
    except NotEmpty:
        raise _conflict("It is not empty: merge it into another, and nothing is lost.") from None
    except LimitsSomebody as error:
        names = ", ".join(error.names)
        raise _conflict(f"{names} may work in this category only: change that first.") from None


def _conflict(said: str) -> Problem:
    db.session.rollback()
    return Problem("conflict", said)


def _names(given: Mapping[str, Mapping[str, str]]) -> dict[str, Name]:
    return {
        locale: Name(*(" ".join(each[part].split()) for part in ("name", "slug", "description")))
        for locale, each in given.items()
    }


def _place(category: Category, change: Mapping[str, Any]) -> tuple[int | None, int] | None:
    """Return (parent, index) where a category is to stand, None where it is to stay."""
    if "parent" not in change and "position" not in change:
        return None
    shape = categorising.hierarchy()
    parent = category.parent_id
    if "parent" in change:
        above = category_by(change["parent"], "#/parent")
        parent = above.id if above is not None else None
    beside = [each for each in shape.below(parent) if each != category.id]
    if "position" not in change and parent == category.parent_id:
        return None
    return parent, min(change.get("position", len(beside)), len(beside))


def _tell(act: str, category: Category, **details: Any) -> None:
    record(act, thing="category", thing_id=category.id, label=_name_of(category), **details)


def _name_of(category: Category) -> str:
    return category.names[0].name if category.names else category.key


def _category(key: str) -> Category:
    found = db.session.scalar(select(Category).where(Category.key == key))
    if found is None:
        raise Problem("not-found", "No category has this key.")
    return found


def _unchanged(key: str) -> Category:
    """Return a category that is as the caller saw it."""
    category = _category(key)
    operations.check_etag(_shown(category), KeptCategorySchema)
    return category


def _shown(category: Category) -> dict[str, Any]:
    shape = categorising.hierarchy()
    keys = {each.id: each.key for each in db.session.execute(select(Category.id, Category.key))}
    count = select(func.count()).where(Article.category_id == category.id)
    names = sorted(category.names, key=lambda each: each.locale)
    return {
        "key": category.key,
        "parent": keys.get(category.parent_id or 0),
        "position": shape.below(category.parent_id).index(category.id),
        "names": {
            each.locale: {"name": each.name, "slug": each.slug, "description": each.description}
            for each in names
        },
        "children": [keys[each] for each in shape.below(category.id)],
        "articles": db.session.scalar(count) or 0,
        "verify_days": category.verify_days,
    }
