"""Undo: an act on many things keeps what they were, and is taken back where nobody has changed them since.

Whoever adds an act registers how it is undone. What others changed in the meantime stays as they left
it, and is named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request
from flask import url_for as _url
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from flask_security import current_user
from sqlalchemy import select, update
from werkzeug.wrappers import Response as AnyResponse

from articles.studio.models import ChangeSet
from kb.accounts.models import User
from kb.audit.recording import record
from kb.caching import private
from kb.db import db, utc_now
from kb.rights import Right, holds, requires
from kb.security import is_same_origin

SHOWN = 50
NAMED = 5  # of what was left as others made it; a sentence of fifty titles is not read

blueprint = Blueprint("undo", __name__, url_prefix="/studio/acts")


@dataclass(frozen=True, slots=True)
class Undone:
    """How many things are as they were, and the names of those that others have changed since."""

    done: int
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undoing:
    """How an act is called, and how it is taken back; `undo` leaves the session uncommitted."""

    label: LazyString
    undo: Callable[[ChangeSet], Undone]
    commit: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the page of recent acts."""

    change: ChangeSet
    label: str
    person: str
    can_undo: bool


def register(
    app: Flask,
    act: str,
    label: LazyString,
    undo: Callable[[ChangeSet], Undone],
    *,
    commit: Callable[[], None] | None = None,
) -> None:
    """Say how an act is undone; `commit` ends the work where more than a commit is needed."""
    known = app.extensions.setdefault("kb_undo", {})
    known[act] = Undoing(label, undo, commit or db.session.commit)


def keep(act: str, before: list[Any]) -> ChangeSet:
    """Add an act of the signed-in person to the session, with what each thing was."""
    change = ChangeSet(user_id=current_user.id, act=act, before=before)
    db.session.add(change)
    return change


def offer(change: ChangeSet) -> None:
    """Show "Undo" on the page that comes next; the act must be committed."""
    flash(str(change.id), "undo")


def _known() -> Mapping[str, Undoing]:
    found: Mapping[str, Undoing] = current_app.extensions.get("kb_undo", {})
    return found


def may_undo(change: ChangeSet) -> bool:
    """Tell whether the reader may take an act back: their own, or a lead anybody's."""
    if change.undone_at is not None or change.act not in _known():
        return False
    return change.user_id == current_user.id or holds(current_user, Right.ORGANISE)


@blueprint.get("/")
@requires(Right.READ_STUDIO)
def acts() -> AnyResponse:
    """Show what was done to many things lately: one's own acts, a lead those of everybody."""
    query = select(ChangeSet, User).join(User, User.id == ChangeSet.user_id)
    if not holds(current_user, Right.ORGANISE):
        query = query.where(ChangeSet.user_id == current_user.id)
    rows = db.session.execute(query.order_by(ChangeSet.id.desc()).limit(SHOWN))
    shown = [_line(change, person) for change, person in rows]
    return private(render_template("articles/studio/acts.html", acts=shown))


def _line(change: ChangeSet, person: User) -> Act:
    known = _known().get(change.act)
    label = str(known.label) if known else change.act
    return Act(change, label, person.shown_name, may_undo(change))


@blueprint.post("/<int:number>/undo")
@requires(Right.READ_STUDIO)
def undo(number: int) -> AnyResponse:
    """Take an act back, once, and say what was left as others have made it since."""
    change = db.session.get(ChangeSet, number)
    if change is None:
        abort(HTTPStatus.NOT_FOUND)
    if change.undone_at is not None:
        flash(_("This was undone already."))
        return _back()
    if not may_undo(change):
        abort(HTTPStatus.FORBIDDEN)
    if not _claim(change):
        flash(_("This was undone already."))
        return _back()
    known = _known()[change.act]
    undone = known.undo(change)
    record("act.undone", thing="act", thing_id=change.id, label=change.act, things=undone.done)
    known.commit()
    _say(undone)
    return _back()


def _claim(change: ChangeSet) -> bool:
    """Let one of two simultaneous clicks undo; part of the transaction of the undoing itself."""
    claimed = db.session.execute(
        update(ChangeSet)
        .where(ChangeSet.id == change.id, ChangeSet.undone_at.is_(None))
        .values(undone_at=utc_now())
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]  # an UPDATE always has it


def _say(undone: Undone) -> None:
    flash(
        ngettext("Undone: %(num)s is as it was.", "Undone: %(num)s are as they were.", undone.done),
        "done",
    )
    if undone.kept:
        named = ", ".join(f"“{each}”" for each in undone.kept[:NAMED])
        more = len(undone.kept) - NAMED
        said = (
            _("Changed by somebody since, and left as it is now: %(names)s.", names=named)
            if more <= 0
            else ngettext(
                "Changed by somebody since, and left as it is now: %(names)s and %(num)s other.",
                "Changed by somebody since, and left as it is now: %(names)s and %(num)s others.",
                more,
                names=named,
            )
        )
        flash(said, "error")


def _back() -> AnyResponse:
    """Return to the page of the button, which is one of this site, else to the page of acts."""
    came_from = request.referrer or ""
    if is_same_origin() and came_from.startswith(request.host_url + "studio/"):
        return redirect(came_from, HTTPStatus.SEE_OTHER)
    return redirect(_url("undo.acts"), HTTPStatus.SEE_OTHER)


def init_app(app: Flask) -> None:
    """Serve the page of recent acts."""
    app.register_blueprint(blueprint)
