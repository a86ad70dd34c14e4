"""The inbox of comments in the studio, for leads."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from feedback.comments import deciding
from feedback.comments.inbox import Comment, Wanted, comments, counts, load
from feedback.comments.models import CommentSource, State
from feedback.comments.report import make
from feedback.comments.words import STATES
from feedback.labels import REASONS, WHY_NO
from feedback.models import Reason
from feedback.reports import pages, registry
from feedback.reports.articles_numbers import is_simulated
from kb.accounts.present import who
from kb.db import db
from kb.rights import Right, requires

PER_PAGE = 30
MAX_NOTE = 500  # characters
MAX_ID = 2**31 - 1

blueprint = Blueprint("comments", __name__, url_prefix="/studio")


@blueprint.get("/reports/comments")
@requires(Right.SEE_REPORTS)
def inbox() -> AnyResponse:
    """Show what visitors wrote, the newest first."""
    wanted = _wanted()
    number = max(request.args.get("page", 1, type=int), 1)
    found = comments(wanted, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    numbers = counts(wanted)
    return pages.page(
        "feedback/comments/inbox.html",
        "comments",
        wanted.filters,
        simulated=is_simulated(wanted.filters.period),
        comments=found[:PER_PAGE],
        has_more=len(found) > PER_PAGE,
        page_number=number,
        states=[(each, STATES[each], numbers[each]) for each in State],
        total=sum(numbers.values()),
        chosen=wanted.state,
        reasons=[(each, REASONS[each]) for each in WHY_NO],
        reason=wanted.reason,
        about=db.session.get(Translation, wanted.about) if wanted.about else None,
        labels=REASONS,
        state_labels=STATES,
        here=_here(wanted),
    )


def _wanted() -> Wanted:
    """Return which comments the address asks for."""
    about = request.args.get("about", type=int)
    return Wanted(
        pages.asked(),
        next((each for each in State if each.value == request.args.get("state")), None),
        next((each for each in Reason if each.value == request.args.get("reason")), None),
        about if about is not None and 0 < about <= MAX_ID else None,
    )


def _here(wanted: Wanted) -> Callable[..., str]:
    """Return what gives the address of this page with other arguments; None takes one away."""
    own = {
        "state": wanted.state.value if wanted.state else None,
        "reason": wanted.reason.value if wanted.reason else None,
        "about": wanted.about,
    }

    def address(**changed: str | int | None) -> str:
        arguments: dict[str, Any] = {**wanted.filters.arguments(), **own, **changed}
        return url_for(".inbox", **{name: each for name, each in arguments.items() if each})

    return address


@blueprint.post("/comments/<source>/<int:number>")
@requires(Right.SEE_REPORTS)
def act(source: str, number: int) -> AnyResponse:
    """Decide about a comment, or take the last decision back; then show the inbox as it was."""
    comment = _found(source, number)
    by = who()
    asked = request.form.get("act", "")
    if asked == "undo":
        deciding.undo(comment)
    elif asked == "task":
        deciding.make_task(comment, by=by)
    elif asked in {State.READ.value, State.ANSWERED.value}:
        note = " ".join(request.form.get("note", "").split())[:MAX_NOTE]
        deciding.decide(comment, State(asked), by=by, note=note)
    else:
        abort(HTTPStatus.BAD_REQUEST)
    address = f"{url_for('.inbox')}?{request.query_string.decode()}#{source}-{number}"
    return redirect(address, HTTPStatus.SEE_OTHER)


def _found(source: str, number: int) -> Comment:
    if source not in set(CommentSource) or not 0 < number <= MAX_ID:
        abort(HTTPStatus.NOT_FOUND)
    found = load([(CommentSource(source), number)])
    if not found or not found[0].text:
        abort(HTTPStatus.NOT_FOUND)
    return found[0]


def init_app(app: Flask) -> None:
    """Serve the inbox to leads."""
    app.register_blueprint(blueprint)
    registry.register(app, "comments", make)
    pages.add_room(app, "comments", "comments.inbox", _l("Comments"))
