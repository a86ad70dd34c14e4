"""Where visitors ask to be told when their question has an answer."""

from datetime import timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback.contact.form import TRAP, address, email_problem
from feedback.contact.limits import TooMany
from feedback.contact.words import PROBLEMS
from feedback.gaps.signals import gap_answered
from feedback.intents import clean
from feedback.visitors import current_visitor, remember
from feedback.waiting import telling
from feedback.waiting.asking import NothingAsked, forget_untold, wait_for
from feedback.waiting.asking import forget as forget_waiting
from feedback.waiting.models import Waiting
from feedback.writing import NotRecorded
from kb.db import db
from kb.extensions import FLOOD, csrf, limiter
from kb.signing import NotSigned, Signed
from kb.worker import tasks

TELL_EVERY = timedelta(minutes=15)
FORGET_EVERY = timedelta(days=1)
TOKENS = Signed("feedback.waiting", timedelta(days=1))  # the page after asking can take it back

blueprint = Blueprint("waiting", __name__)
csrf.exempt(blueprint)


@blueprint.post("/<locale:locale>/tell-me")
@limiter.limit(FLOOD)
def ask() -> AnyResponse:
    """Keep an address for one question; what a program typed is thanked by nobody."""
    query, email = clean(request.form.get("q", "")), request.form.get("email", "").strip()
    if request.form.get(TRAP, "").strip():
        abort(HTTPStatus.BAD_REQUEST)
    if problem := email_problem(email):
        return _page(
            "form",
            query=query,
            email=email,
            problem=PROBLEMS[problem],
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    visitor = current_visitor(request)
    try:
        kept = wait_for(visitor, query, g.locale, address(email) or email)
    except NothingAsked:
        return redirect(url_for("search.search"), HTTPStatus.SEE_OTHER)
    except TooMany:
        status = HTTPStatus.TOO_MANY_REQUESTS
        return _page("form", query=query, email=email, refusal=_too_many(), status=status)
    except NotRecorded:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _page("form", query=query, email=email, refusal=_busy(), status=status)
    token = TOKENS.text(_marks(db.session.get_one(Waiting, kept.waiting_id)))
    response = make_response(redirect(url_for(".asked", token=token), HTTPStatus.SEE_OTHER))
    if not visitor.is_private:
        remember(response, visitor, request)
    return response


@blueprint.get("/<locale:locale>/tell-me")
def asked() -> AnyResponse:
    """Say what was kept, for how long, and how to take it back."""
    token = request.args.get("token", "")
    waiting = _waiting(token)
    if waiting is None:
        return _page("form", query=clean(request.args.get("q", "")))
    return _page("asked", query=waiting.query, token=token)


@blueprint.post("/<locale:locale>/tell-me/forget")
@limiter.limit(FLOOD)
def forget() -> AnyResponse:
    """Erase the address of whoever has changed their mind."""
    waiting = _waiting(request.form.get("token", ""))
    if waiting is not None:
        forget_waiting(waiting.id)
    return _page("forgotten")


def _waiting(token: str) -> Waiting | None:
    try:
        marks = TOKENS.read(token)
    except NotSigned:
        return None
    # A number may be given again once somebody waits no more: the question tells whose it was.
    found = db.session.get(Waiting, marks[0]) if isinstance(marks, list) else None
    return found if found is not None and _marks(found) == marks else None


def _marks(waiting: Waiting) -> list[int]:
    return [waiting.id, int(waiting.created_at.timestamp() * 1000)]


def _page(state: str, *, status: HTTPStatus = HTTPStatus.OK, **context: object) -> Response:
    html = render_template("feedback/waiting/waiting.html", state=state, **context)
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _too_many() -> str:
    return str(
        _("Too many questions have come from here, so this one was not kept. Try again later.")
    )


def _busy() -> str:
    return str(_("We could not keep your address just now. Please try again in a moment."))


def init_app(app: Flask) -> None:
    """Serve the form; tell those who wait, and forget those who waited too long, by the clock."""
    app.register_blueprint(blueprint)
    gap_answered.connect(telling.on_gap_answered)
    tasks.register(app, telling.TASK, TELL_EVERY, telling.tell_all)
    tasks.register(app, "forget-those-who-wait", FORGET_EVERY, forget_untold)
