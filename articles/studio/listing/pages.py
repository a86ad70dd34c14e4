"""The list of all articles: filtered, sorted and changed together, at addresses that can be shared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request
from flask import url_for as _url
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import String, cast, select
from werkzeug.wrappers import Response as AnyResponse

from articles import limits
from articles.models import Article, Audience, Category, Kind
from articles.rights import may_file, within
from articles.studio import undo
from articles.studio.listing import bulk
from articles.studio.listing.bulk import Act
from articles.studio.listing.figures import figures_known
from articles.studio.listing.filters import NOBODY, UNFILED, Sort, State, wanted_from
from articles.studio.listing.rows import rows_of
from articles.studio.organising.ordering import folded, found
from kb.accounts.models import Role, RoleName, User
from kb.caching import private
from kb.db import db
from kb.locales import current_locale, settings
from kb.rights import Right, requires

PAGE = 50  # rows
NAMED = 10  # of the articles that an act leaves out
STATES = {
    State.DRAFT: _l("draft"),
    State.CHANGED: _l("with changes not yet public"),
    State.REVIEW: _l("in review"),
    State.BEHIND: _l("behind its source"),
    State.SCHEDULED: _l("scheduled"),
    State.PUBLISHED: _l("published"),
    State.ARCHIVED: _l("archived"),
}
SHORTLY = {**STATES, State.CHANGED: _l("changed since"), State.BEHIND: _l("behind")}  # in rows
KINDS = {
    Kind.FAQ: _l("Question"),
    Kind.GUIDE: _l("Guide"),
    Kind.VIDEO_GUIDE: _l("Video guide"),
    Kind.TROUBLESHOOTING: _l("Troubleshooting"),
    Kind.KNOWN_ISSUE: _l("Known issue"),
}
AUDIENCES = {
    Audience.EVERYONE: _l("Everybody"),
    Audience.CUSTOMERS: _l("Signed-in customers"),
    Audience.STAFF: _l("Staff"),
}
SORTS = {
    Sort.CHANGED: _l("Last changed"),
    Sort.TITLE: _l("Title"),
    Sort.VISITS: _l("Visits"),
    Sort.HELPFUL: _l("Least helpful"),
    Sort.VERIFY: _l("To verify first"),
}

blueprint = Blueprint("listing", __name__, url_prefix="/studio/articles")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter; `depth` indents the categories below another."""

    value: str
    label: str
    depth: int = 0


@blueprint.get("")
@requires(Right.READ_STUDIO)
def articles() -> AnyResponse:
    """Show a page of the articles that the address asks for."""
    wanted = wanted_from(request.args)
    numbers = found(wanted)
    pages = max(1, -(-len(numbers) // PAGE))
    page = min(wanted.page, pages)
    return _private(
        "list.html",
        wanted=wanted,
        rows=rows_of(numbers[(page - 1) * PAGE : page * PAGE]),
        count=len(numbers),
        page=page,
        pages=pages,
        has_figures=figures_known(),
        acts=bulk.LABELS,
        **_filters(),
    )


def _filters() -> dict[str, Any]:
    return {
        "STATES": STATES,
        "SHORTLY": SHORTLY,
        "KINDS": KINDS,
        "AUDIENCES": AUDIENCES,
        "SORTS": SORTS,
        "NOBODY": NOBODY,
        "UNFILED": UNFILED,
        "categories": categories(),
        "owners": owners(),
        "tags": tags(),
        "languages": settings().locales,
    }


def categories(right: Right = Right.READ_STUDIO) -> list[Choice]:
    """Return the categories over which the reader has a right, as a tree laid flat."""
    rows = db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()
    below: dict[int | None, list[Category]] = {}
    for each in rows:
        below.setdefault(each.parent_id, []).append(each)
    flat: list[Choice] = []

    def walk(parent: int | None, depth: int) -> None:
        for each in below.get(parent, []):
            if may_file(each, right):
                flat.append(Choice(each.key, each.name_in(current_locale()).name, depth))
            walk(each.id, depth + 1)

    walk(None, 0)
    return flat


def owners() -> list[str]:
    """Return who looks after any article that the reader may see."""
    query = within(select(Article.owner).distinct()).where(Article.owner != "")
    return sorted(db.session.scalars(query), key=folded)


def tags() -> list[str]:
    """Return the tags of all articles that the reader may see."""
    lists = within(select(cast(Article.tags, String)).distinct())
    known = {tag for each in db.session.scalars(lists) for tag in json.loads(each)}
    return sorted(known, key=folded)


def people() -> list[User]:
    """Return those who can look after an article."""
    query = select(User).join(User.roles).where(Role.name == RoleName.WRITER, User.active.is_(True))
    return list(db.session.scalars(query.order_by(User.name, User.id)))


@blueprint.post("/change")
@requires(Right.WRITE)
def choose() -> AnyResponse:
    """Say what an act would do: to how many, and which may not; ask for what it needs to know."""
    act = _act(request.form)
    wanted = wanted_from(request.form)
    numbers = found(wanted) if request.form.get("all") == "1" else _ticked()
    arguments: dict[str, Any] = wanted.arguments()
    back = _url(".articles", **arguments)
    if not numbers:
        flash(_("Tick the articles first, or all that match."), "error")
        return redirect(back, HTTPStatus.SEE_OTHER)
    if len(numbers) > bulk.AT_ONCE:
        flash(
            _(
                "That is %(count)s articles; %(limit)s at most are changed at once. Narrow the list.",
                count=len(numbers),
                limit=bulk.AT_ONCE,
            ),
            "error",
        )
        return redirect(back, HTTPStatus.SEE_OTHER)
    return _confirm(act, bulk.plan(act, numbers), back)


def _confirm(
    act: Act, plan: bulk.Plan, back: str, error: str = "", status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    return _private(
        "bulk.html",
        status,
        act=act,
        label=bulk.LABELS[act],
        plan=plan,
        named=NAMED,
        back=back,
        error=error,
        value=request.form.get("value", ""),
        categories=categories(Right.WRITE) if act is Act.MOVE else (),
        may_unfile=may_file(None),
        people=people() if act is Act.ASSIGN else (),
        tags=tags() if act in {Act.TAG, Act.UNTAG} else (),
        AUDIENCES=AUDIENCES,
        UNFILED=UNFILED,
        Act=Act,
    )


def _act(sent: Mapping[str, str]) -> Act:
    try:
        return Act(sent.get("act", ""))
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)


def _ticked() -> list[int]:
    """Return the articles of the form, ticked one by one or named in one field."""
    named = [*request.form.getlist("article"), *request.form.get("articles", "").split()]
    return [int(each) for each in named if each.isascii() and each.isdigit() and len(each) < 10]


@blueprint.post("/changed")
@requires(Right.WRITE)
def change() -> AnyResponse:
    """Do an act to the articles that were shown, and offer to undo it."""
    act, numbers = _act(request.form), _ticked()[: bulk.AT_ONCE]
    back = _within_list(request.form.get("back", ""))
    try:
        value = _value(act, request.form.get("value", ""))
    except ValueError as error:
        return _confirm(act, bulk.plan(act, numbers), back, str(error), HTTPStatus.BAD_REQUEST)
    done = bulk.apply(act, numbers, value)
    _say(done)
    return redirect(back, HTTPStatus.SEE_OTHER)


def _within_list(address: str) -> str:
    """Return an address of the list, whatever was sent."""
    here = _url(".articles")
    return address if address == here or address.startswith(here + "?") else here


def _value(act: Act, text: str) -> Any:
    """Read what an act needs to know; ValueError, in words, for what it cannot be."""
    text = " ".join(text.replace("\0", "").split())
    match act:
        case Act.MOVE:
            return _category(text)
        case Act.TAG | Act.UNTAG:
            if not text or "," in text:
                raise ValueError(_("Name one tag, without a comma."))
            return _short(text, limits.TAG)
        case Act.ASSIGN:
            return _short(text, limits.OWNER)
        case Act.AUDIENCE:
            if text not in set(Audience):
                raise ValueError(_("Choose who may read."))
            return Audience(text)
        case _:
            return None


def _category(key: str) -> Category | None:
    if key == UNFILED:
        return None
    category = db.session.scalar(select(Category).where(Category.key == key))
    if category is None:
        raise ValueError(_("Choose a category."))
    return category


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise ValueError(
            _("%(length)s characters; %(limit)s at most.", length=len(text), limit=most)
        )
    return text


def _say(done: bulk.Done) -> None:
    if done.change is None and not done.refused:
        flash(_("Nothing to change: they were so already."))
        return
    flash(ngettext("%(num)s article changed.", "%(num)s articles changed.", done.changed), "done")
    if done.refused:
        named = ", ".join(f"“{each}”" for each in done.refused[:NAMED])
        flash(
            ngettext(
                "%(num)s was left as it is, as you may not change it so: %(names)s.",
                "%(num)s were left as they are, as you may not change them so: %(names)s.",
                len(done.refused),
                names=named + ("…" if len(done.refused) > NAMED else ""),
            ),
            "error",
        )
    if done.change is not None:
        undo.offer(done.change)


def _private(template: str, status: HTTPStatus = HTTPStatus.OK, /, **context: Any) -> AnyResponse:
    return private(render_template(f"articles/studio/{template}", **context), status)


def init_app(app: Flask) -> None:
    """Serve the list."""
    app.register_blueprint(blueprint)
    bulk.init_app(app)
