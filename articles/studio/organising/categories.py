"""The tree of categories: put in order, nested, named in each language, merged and removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from articles import categorising
from articles.hierarchy import MAX_DEPTH, Hierarchy, InsideItself, Step, TooDeep
from articles.models import Article, Category
from articles.publishing import SlugTaken, commit_changes
from articles.studio import undo
from articles.studio.organising import undo as category_undo
from articles.studio.organising.words import name_of, said, typed_names
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.locales import settings
from kb.rights import Right, requires

blueprint = Blueprint("categories", __name__, url_prefix="/studio/categories")


@dataclass(frozen=True, slots=True)
class Row:
    """A category in the tree; `count` includes all below it, `steps` are those it can make."""

    category: Category
    name: str
    own: int
    count: int
    steps: frozenset[str]
    missing: tuple[str, ...]
    depth: int
    children: tuple["Row", ...]


@blueprint.get("/")
@requires(Right.ORGANISE)
def tree() -> AnyResponse:
    """Show the tree."""
    return _tree_page()


@blueprint.post("/")
@requires(Right.ORGANISE)
def add() -> AnyResponse:
    """Add a category."""
    names, errors = typed_names()
    parent = db.session.get(Category, request.form.get("under", type=int) or 0)
    if not errors:
        try:
            category = categorising.add(names, parent)
        except SlugTaken as error:
            errors["new"] = said(error)
        except TooDeep as error:
            errors["new"] = said(error)
    if errors:
        db.session.rollback()
        return _tree_page(errors, HTTPStatus.BAD_REQUEST)
    record("category.added", thing="category", thing_id=category.id, label=name_of(category))
    commit_changes()
    flash(
        _(
            "“%(name)s” is there. Readers see it once it has something to read.",
            name=name_of(category),
        ),
        "done",
    )
    return redirect(url_for(".tree", _anchor=f"category-{category.id}"), HTTPStatus.SEE_OTHER)


def _tree_page(
    errors: Mapping[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    shown = rows()
    html = render_template(
        "articles/studio/categories.html",
        rows=shown,
        everything=flat(shown),
        locales=settings().locales,
        errors=errors or {},
        max_depth=MAX_DEPTH,
        unfiled=_unfiled(),
    )
    return private(html, status)


def _unfiled() -> int:
    query = select(func.count()).select_from(Article).where(Article.category_id.is_(None))
    return db.session.scalar(query) or 0


def rows() -> tuple[Row, ...]:
    """Return the tree, with counts."""
    shape = categorising.hierarchy()
    known = {each.id: each for each in db.session.scalars(select(Category))}
    query = select(Article.category_id, func.count()).group_by(Article.category_id)
    counts = {row[0]: row[1] for row in db.session.execute(query)}

    def row(number: int, depth: int) -> Row:
        category = known[number]
        children = tuple(row(each, depth + 1) for each in shape.below(number))
        own = counts.get(number, 0)
        names = {each.locale for each in category.names}
        return Row(
            category=category,
            name=name_of(category),
            own=own,
            count=own + sum(child.count for child in children),
            steps=_steps(shape, number),
            missing=tuple(each for each in settings().locales if each not in names),
            depth=depth,
            children=children,
        )

    return tuple(row(each, 1) for each in shape.below(None))


def _steps(shape: Hierarchy, number: int) -> frozenset[str]:
    """Return the steps that a category can make from where it stands."""
    found = set()
    for step in Step:
        target = shape.step(number, step)
        if target is None:
            continue
        try:
            shape.check(number, target[0])
        except TooDeep:
            continue
        found.add(step.value)
    return frozenset(found)


def flat(branches: Iterable[Row]) -> list[Row]:
    """Return rows with all below them, in the order of the page."""
    return [each for row in branches for each in (row, *flat(row.children))]


# Order


@blueprint.post("/<int:number>/move")
@requires(Right.ORGANISE)
def move(number: int) -> AnyResponse:
    """Move a category a step, under another, or beside one; say where it is now."""
    category = found_or_404(number)
    shape = categorising.hierarchy()
    target = _target(shape, number)
    if target is None:
        flash(_("“%(name)s” can go no further that way.", name=name_of(category)))
        return back_to(number)
    before = shape.parent(number), shape.below(shape.parent(number)).index(number)
    try:
        categorising.move(category, *target)
    except (InsideItself, TooDeep) as error:
        flash(said(error), "error")
        return back_to(number)
    change = None
    if target[0] != before[0]:  # a step among neighbours is undone by the step back
        change = undo.keep(category_undo.MOVE, [category_undo.place(category, *before)])
    record("category.moved", thing="category", thing_id=number, label=name_of(category),
           under=target[0])  # fmt: skip
    commit_changes()
    flash(_where(category), "done")
    if change is not None:
        undo.offer(change)
    return back_to(number)


def _target(shape: Hierarchy, number: int) -> tuple[int | None, int] | None:
    """Return (parent, index) that the form asks for, None where there is nowhere to go."""
    sent = request.form
    if sent.get("step") in set(Step):
        return shape.step(number, Step(sent["step"]))
    if "beside" in sent:
        return _beside(shape, number, found_or_404(sent.get("beside", type=int) or 0).id)
    under = sent.get("under", type=int)
    parent = found_or_404(under).id if under else None
    return parent, len(shape.below(parent))


def _beside(shape: Hierarchy, number: int, other: int) -> tuple[int | None, int]:
    where = request.form.get("where")
    if where == "inside":
        return other, len(shape.below(other))
    parent = shape.parent(other)
    order = [each for each in shape.below(parent) if each != number or each == other]
    return parent, order.index(other) + (where == "after")


def _where(category: Category) -> str:
    shape = categorising.hierarchy()
    parent = shape.parent(category.id)
    order = shape.below(parent)
    values = {"name": name_of(category), "place": order.index(category.id) + 1, "of": len(order)}
    above = db.session.get(Category, parent) if parent is not None else None
    if above is None:
        return str(_("“%(name)s” is now number %(place)s of %(of)s at the top.", **values))
    return str(
        _(
            "“%(name)s” is now number %(place)s of %(of)s under “%(parent)s”.",
            parent=name_of(above),
            **values,
        )
    )


def back_to(number: int) -> AnyResponse:
    """Return to a category's place in the tree."""
    return redirect(url_for(".tree", _anchor=f"category-{number}"), HTTPStatus.SEE_OTHER)


def found_or_404(number: int) -> Category:
    """Return a category; end the request with 404 if there is none."""
    found = db.session.get(Category, number)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found
