"""In which categories somebody works: a section of the page of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Category
from articles.rights import UNLIMITED, forget_limits, nearest_level
from articles.studio.models import CategoryRight, Level
from kb.accounts.freshness import fresh
from kb.accounts.models import User
from kb.audit.recording import record
from kb.db import db
from kb.locales import current_locale
from kb.rights import Right, holds, requires

LEVELS: Mapping[Level, LazyString] = {
    Level.READ: _l("Read only"),
    Level.WRITE: _l("Read and write"),
    Level.PUBLISH: _l("Read, write and publish"),
}
FIELD = "category-{}"  # a field of the form for each category, by its number

blueprint = Blueprint("category_rights", __name__, url_prefix="/studio/people")


@dataclass(frozen=True, slots=True)
class Line:
    """A category in the form: what was chosen for it, and what holds where nothing was."""

    id: int
    name: str
    depth: int
    chosen: str
    inherited: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The rights of a person in categories, as their page shows them."""

    is_unlimited: bool
    is_limited: bool
    lines: tuple[Line, ...]
    levels: Mapping[Level, LazyString]


def category_rights_of(person: User) -> Shown:
    """Return what the section shows."""
    own = _own(person.id)
    return Shown(holds(person, UNLIMITED), bool(own), tuple(_lines(own)), LEVELS)


def _own(user_id: int) -> dict[int, Level]:
    rows = db.session.execute(
        select(CategoryRight.category_id, CategoryRight.level).where(
            CategoryRight.user_id == user_id
        )
    )
    return dict(rows.all())


def _lines(own: Mapping[int, Level]) -> list[Line]:
    """Return the categories as a tree is read, each with how deep it stands."""
    found = list(
        db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()
    )
    parents = {each.id: each.parent_id for each in found}
    below: dict[int | None, list[Category]] = {}
    for each in found:
        below.setdefault(each.parent_id if each.parent_id in parents else None, []).append(each)
    lines: list[Line] = []

    def walk(parent: int | None, depth: int) -> None:
        for each in below.get(parent, []):
            above = nearest_level(each.parent_id, own, parents) if each.parent_id else None
            inherited = str(LEVELS[above]) if above else ""
            name = each.name_in(current_locale()).name
            lines.append(Line(each.id, name, depth, own.get(each.id, ""), inherited))
            walk(each.id, depth + 1)

    walk(None, 0)
    return lines


@blueprint.post("/<int:number>/categories")
@requires(Right.MANAGE_PEOPLE)
@fresh
def save(number: int) -> AnyResponse:
    """Keep in which categories somebody works, all of them at once."""
    person = db.session.get(User, number)
    if person is None:
        abort(HTTPStatus.NOT_FOUND)
    keys = {each.id: each.key for each in db.session.scalars(select(Category))}
    before = _own(person.id)
    after = _asked(keys)
    if not after and request.form.get("everywhere") != "yes":
        # No category at all would mean every one of them, which is the contrary of what was meant.
        flash(str(_("Nothing was changed: choose at least one category, or all of them.")), "error")
        return redirect(_back(number), HTTPStatus.SEE_OTHER)
    if after != before:
        change_rights(person, after)
        record(
            "rights.changed",
            thing="account",
            thing_id=person.id,
            label=person.shown_name,
            before=_named(before, keys),
            after=_named(after, keys),
        )
        db.session.commit()
    flash(str(_("The rights in categories are kept.")), "done")
    return redirect(_back(number), HTTPStatus.SEE_OTHER)


def _asked(keys: Mapping[int, str]) -> dict[int, Level]:
    """Return what the form says; nothing where everywhere was chosen."""
    if request.form.get("everywhere") == "yes":
        return {}
    sent = {each: request.form.get(FIELD.format(each), "") for each in keys}
    return {each: Level(value) for each, value in sent.items() if value in set(Level)}


def change_rights(person: User, levels: Mapping[int, Level]) -> None:
    """Let somebody work in these categories only, or everywhere if there are none; uncommitted."""
    rows = db.session.scalars(select(CategoryRight).where(CategoryRight.user_id == person.id))
    known = {each.category_id: each for each in rows}
    for category, level in levels.items():
        row = known.pop(category, None)
        if row is None:
            db.session.add(CategoryRight(user_id=person.id, category_id=category, level=level))
        else:
            row.level = level
    for row in known.values():
        db.session.delete(row)
    forget_limits()


def _named(levels: Mapping[int, Level], keys: Mapping[int, str]) -> list[str]:
    return [f"{keys.get(each, each)} {level.value}" for each, level in sorted(levels.items())]


def _back(number: int) -> str:
    return url_for("people.one", number=number, _anchor="categories")


def init_app(app: Flask) -> None:
    """Serve the form, and what its section shows."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["category_rights_of"] = category_rights_of
