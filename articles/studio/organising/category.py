"""One category: its names and addresses in each language, and the end of it by merging or removal."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles import categorising
from articles.categorising import LimitsSomebody, NotEmpty
from articles.hierarchy import InsideItself, TooDeep
from articles.models import Category, CategorySlugHistory
from articles.publishing import SlugTaken, commit_changes
from articles.studio import undo
from articles.studio.organising import undo as category_undo
from articles.studio.organising.categories import back_to, blueprint, flat, found_or_404, rows
from articles.studio.organising.words import LIMITS, name_of, said, typed_names
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.locales import settings
from kb.rights import Right, requires


@blueprint.get("/<int:number>")
@requires(Right.ORGANISE)
def category(number: int) -> AnyResponse:
    """Show a category with its names and addresses, and what can be done with it."""
    return _category_page(found_or_404(number))


@blueprint.post("/<int:number>")
@requires(Right.ORGANISE)
def rename(number: int) -> AnyResponse:
    """Give a category other names and addresses; the former addresses redirect."""
    found = found_or_404(number)
    names, errors = typed_names()
    taken_over: tuple[str, ...] = ()
    if not errors:
        try:
            taken_over = categorising.write_names(found, names)
        except SlugTaken as error:
            errors["slug"] = said(error)
    if errors:
        db.session.rollback()
        return _category_page(found_or_404(number), errors, HTTPStatus.BAD_REQUEST)
    record("category.renamed", thing="category", thing_id=number, label=name_of(found))
    commit_changes()
    flash(_("Kept. Addresses that were left lead here."), "done")
    for address in taken_over:
        flash(_("%(address)s led elsewhere until now; it leads here from now on.", address=address))
    return redirect(url_for(".category", number=number), HTTPStatus.SEE_OTHER)


def _category_page(
    found: Category, errors: Mapping[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    shape = categorising.hierarchy()
    inside = shape.within(found.id)
    everything = flat(rows())
    html = render_template(
        "articles/studio/category.html",
        category=found,
        row=next(each for each in everything if each.category.id == found.id),
        others=[each for each in everything if each.category.id not in inside],
        above=[name_of(found_or_404(each)) for each in reversed(shape.above(found.id)[1:])],
        names={each.locale: each for each in found.names},
        locales=dict.fromkeys((*settings().locales, *(each.locale for each in found.names))),
        former=_former(found),
        rights=categorising.rights_in(found),
        errors=errors or {},
        limits=LIMITS,
    )
    return private(html, status)


def _former(found: Category) -> list[str]:
    rows = db.session.scalars(
        select(CategorySlugHistory)
        .where(CategorySlugHistory.category_id == found.id)
        .order_by(CategorySlugHistory.locale, CategorySlugHistory.slug)
    )
    return [f"/{row.locale}/categories/{row.slug}" for row in rows]


@blueprint.post("/<int:number>/merge")
@requires(Right.ORGANISE)
def merge(number: int) -> AnyResponse:
    """Put all that a category holds into another, which answers at its addresses from now on."""
    source = found_or_404(number)
    target = found_or_404(request.form.get("into", type=int) or 0)
    name, into = name_of(source), name_of(target)
    memory = category_undo.merging(source, target)
    try:
        categorising.merge(source, target)
    except (InsideItself, TooDeep) as error:
        db.session.rollback()
        flash(said(error), "error")
        return redirect(url_for(".category", number=number), HTTPStatus.SEE_OTHER)
    change = undo.keep(category_undo.MERGE, [memory])
    moved = len(memory["articles"])
    record("category.merged", thing="category", thing_id=number, label=name, into=target.id,
           articles=moved)  # fmt: skip
    commit_changes()
    flash(
        ngettext(
            "“%(name)s” is merged into “%(into)s”: %(num)s article moved, its addresses lead there.",
            "“%(name)s” is merged into “%(into)s”: %(num)s articles moved, its addresses lead there.",
            moved,
            name=name,
            into=into,
        ),
        "done",
    )
    undo.offer(change)
    return back_to(target.id)


@blueprint.post("/<int:number>/remove")
@requires(Right.ORGANISE)
def remove(number: int) -> AnyResponse:
    """Take an empty category away."""
    found = found_or_404(number)
    name = name_of(found)
    memory = category_undo.removing(found)
    try:
        categorising.remove(found)
    except (NotEmpty, LimitsSomebody) as error:
        db.session.rollback()
        flash(said(error), "error")
        return redirect(url_for(".category", number=number), HTTPStatus.SEE_OTHER)
    change = undo.keep(category_undo.REMOVE, [memory])
    record("category.removed", thing="category", thing_id=number, label=name)
    commit_changes()
    flash(_("“%(name)s” is removed. Its addresses lead to what is above it.", name=name), "done")
    undo.offer(change)
    return redirect(url_for(".tree"), HTTPStatus.SEE_OTHER)


def init_app(app: Flask) -> None:
    """Serve the pages of categories, and know how their acts are undone."""
    app.register_blueprint(blueprint)
    category_undo.init_app(app)
