"""Addresses that lead elsewhere: where each leads, and those that are added by hand or from a file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from articles.addresses import articles_now, redirects
from articles.addresses.redirects import BadAddress, NoSuchTarget, OtherSite, Redirect, Sort
from articles.models import Audience, Category, OldAddress, Translation
from articles.studio import undo
from articles.studio.editing.saving import reason_of
from articles.studio.models import ChangeSet
from articles.studio.organising.words import name_of
from articles.studio.undo import Undone
from articles.views import address_of
from kb.accounts.present import who
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.locales import current_locale
from kb.rights import Right, requires

PAGE = 100
NAMED = 20  # lines of a file that are named one by one; the rest are counted
REMOVE = "address.remove"

blueprint = Blueprint("addresses", __name__, url_prefix="/studio/addresses")


@dataclass(frozen=True, slots=True)
class Row:
    """A redirect with where it leads now; no `url`: readers get the page of a lost address."""

    redirect: Redirect
    title: str
    url: str
    locale: str


@blueprint.get("/")
@requires(Right.ORGANISE)
def listing() -> AnyResponse:
    """List them."""
    return _page()


@blueprint.post("/")
@requires(Right.ORGANISE)
def add() -> AnyResponse:
    """Add one by hand."""
    old, to = request.form.get("old", ""), request.form.get("to", "")
    try:
        kept = redirects.add(old, to, by=who())
    except (BadAddress, NoSuchTarget) as error:
        db.session.rollback()
        field = "old" if isinstance(error, BadAddress) else "to"
        return _page({field: _said(error)}, HTTPStatus.BAD_REQUEST)
    record("address.added", thing="address", thing_id=kept.id, label=kept.path)
    db.session.commit()
    flash(_("%(address)s leads there from now on.", address=kept.path), "done")
    return redirect(url_for(".listing", q=kept.path), HTTPStatus.SEE_OTHER)


@blueprint.post("/file")
@requires(Right.ORGANISE)
def add_file() -> AnyResponse:
    """Add those of a file of two columns; lines that cannot be kept are named, the others are."""
    sent = request.files.get("file")
    try:
        content = sent.read() if sent is not None else b""
    except OSError as error:  # it could not be kept while it came in
        return _page({"file": reason_of(error)}, HTTPStatus.SERVICE_UNAVAILABLE)
    faults: list[str] = []
    kept = 0
    try:
        for number, cells in redirects.pairs(content):
            if number > redirects.MAX_LINES:
                faults.append(
                    _(
                        "Line %(line)s and those after it: a file has two thousand lines at most.",
                        line=number,
                    )
                )
                break
            fault = _fault(cells)
            kept += not fault
            if fault:
                faults.append(_("Line %(line)s: %(fault)s", line=number, fault=fault))
    except csv.Error as error:
        db.session.rollback()
        fault = _("This is not a file of two columns (%(reason)s). Nothing was kept.", reason=error)
        return _page({"file": fault}, HTTPStatus.BAD_REQUEST)
    if not kept and not faults:
        fault = _("The file is empty. It has two columns: the old address, and where it leads.")
        return _page({"file": fault}, HTTPStatus.BAD_REQUEST)
    record(
        "address.file",
        thing="address",
        label=sent.filename or "" if sent else "",
        kept=kept,
        refused=len(faults),
    )
    db.session.commit()
    flash(ngettext("%(num)s address kept.", "%(num)s addresses kept.", kept), "done")
    return _page({}, faults=faults)


def _fault(cells: Sequence[str]) -> str:
    """Keep a line of a file; return why not, empty if it was."""
    if len(cells) < 2:
        return str(_("there are two columns: the old address, and where it leads."))
    try:
        redirects.add(cells[0], cells[1], by=who())
    except (BadAddress, NoSuchTarget) as error:
        return _said(error)
    return ""


@blueprint.post("/<int:number>/remove")
@requires(Right.ORGANISE)
def remove(number: int) -> AnyResponse:
    """Take away one that was added by hand."""
    found = db.session.get(OldAddress, number)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    if not found.made_by:  # what readers may have kept for years leads on for ever
        abort(HTTPStatus.CONFLICT)
    memory = {
        "path": found.path,
        "translation": found.translation_id,
        "category": found.category_id,
        "by": found.made_by,
    }
    change = undo.keep(REMOVE, [memory])
    record("address.removed", thing="address", thing_id=number, label=found.path)
    db.session.delete(found)
    db.session.commit()
    flash(_("%(address)s leads nowhere any more.", address=memory["path"]), "done")
    undo.offer(change)
    return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)


def _unremove(change: ChangeSet) -> Undone:
    was = change.before[0]
    taken = select(OldAddress.id).where(OldAddress.path == was["path"])
    target = (
        (Translation, was["translation"]) if was["translation"] else (Category, was["category"])
    )
    is_there = target[1] is not None and db.session.get(*target) is not None
    if db.session.scalar(taken) is not None or not is_there:
        return Undone(0, (was["path"],))
    db.session.add(
        OldAddress(
            path=was["path"],
            translation_id=was["translation"],
            category_id=was["category"],
            made_by=was["by"],
        )
    )
    return Undone(1)


def _page(
    errors: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    faults: Sequence[str] = (),
) -> AnyResponse:
    words = " ".join(request.args.get("q", "").split())[:200]
    sort = Sort(request.args["sort"]) if request.args.get("sort") in set(Sort) else None
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    query = redirects.listed(words, sort)
    count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = redirects.read(query.limit(PAGE).offset((page - 1) * PAGE))
    html = render_template(
        "articles/studio/addresses.html",
        rows=_rows(found),
        count=count,
        page=page,
        pages=max(1, -(-count // PAGE)),
        words=words,
        sort=sort,
        sorts=SORTS,
        errors=errors or {},
        faults=faults[:NAMED],
        more=max(0, len(faults) - NAMED),
    )
    return private(html, status)


SORTS = {
    Sort.RENAMED: _l("renamed article"),
    Sort.CATEGORY: _l("renamed or merged category"),
    Sort.ENDED: _l("archived, with a successor"),
    Sort.FORMER: _l("former site"),
    Sort.HAND: _l("added by hand"),
}


def _rows(found: Sequence[Redirect]) -> list[Row]:
    wanted = [each.translation_id for each in found if each.translation_id is not None]
    pages = articles_now(wanted, Audience.STAFF)
    texts = db.session.scalars(select(Translation).where(Translation.id.in_(wanted)))
    lost = {each.id: each.title for each in texts}
    shelves = {each.category_id for each in found}
    named = db.session.scalars(select(Category).where(Category.id.in_(shelves - {None})))
    categories = {each.id: each for each in named}
    return [_row(each, pages, lost, categories) for each in found]


def _row(
    each: Redirect,
    pages: dict[int, Translation],
    lost: dict[int, str],
    categories: dict[int, Category],
) -> Row:
    if each.translation_id is not None:
        page = pages.get(each.translation_id)
        if page is not None:
            return Row(each, page.title, address_of(page), page.locale)
        return Row(each, lost.get(each.translation_id, ""), "", current_locale())
    category = categories.get(each.category_id or 0)
    if category is None:
        return Row(each, str(_("All subjects")), url_for("articles.home"), current_locale())
    slug = category.name_in(current_locale()).slug
    url = url_for("articles.category", locale=current_locale(), slug=slug)
    return Row(each, name_of(category), url, current_locale())


def _said(error: ValueError) -> str:
    """Say why an address was not kept, and what to write instead."""
    if isinstance(error, OtherSite):
        return str(_("Redirects never lead to another site: “%(text)s”.", text=error))
    if isinstance(error, NoSuchTarget):
        return str(
            _(
                "“%(text)s” is no article and no category. Write its address on this site, or its key.",
                text=error,
            )
        )
    return str(
        _(
            "“%(text)s” cannot be an old address: it begins with / or https://, and this site has no "
            "page of its own there.",
            text=error,
        )
    )


def init_app(app: Flask) -> None:
    """Serve the page, and know how a removal is undone."""
    app.register_blueprint(blueprint)
    undo.register(app, REMOVE, _l("Address removed"), _unremove)
