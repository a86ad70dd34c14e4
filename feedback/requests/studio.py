"""Requests in the studio: a plain list, a page for each, and where it stands."""

from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from feedback.reports import pages, registry
from feedback.requests import resolving
from feedback.requests.listing import counted, in_state, make, sent_by_people, set_aside
from feedback.requests.models import ContactRequest
from feedback.requests.references import spelt
from feedback.requests.resolving import State, state_of
from feedback.requests.trail import trail_of
from feedback.requests.words import STATES
from kb.caching import private
from kb.db import db
from kb.rights import Right, requires

MOST = 200  # requests on one page; a shorter period shows the others
ACTS = {
    "answered": resolving.mark_answered,
    "unanswered": resolving.mark_unanswered,
    "resolved": resolving.resolve,
    "reopened": resolving.reopen,
}

blueprint = Blueprint("requests", __name__, url_prefix="/studio")


@blueprint.get("/reports/requests")
@requires(Right.ANSWER_REQUESTS)
def listing() -> AnyResponse:
    """List the requests of a period, the newest first."""
    filters = pages.asked()
    state = next((each for each in State if each.value == request.args.get("state")), None)
    report = make(filters)
    wanted = in_state(sent_by_people(filters), state)
    apart = set_aside(filters)
    return pages.page(
        "feedback/requests/listing.html",
        "requests",
        filters,
        simulated=report.simulated,
        figures=report.figures,
        total=counted(wanted),
        most=MOST,
        requests=db.session.scalars(wanted.limit(MOST)).all(),
        apart=db.session.scalars(apart.limit(MOST)).all(),
        apart_total=counted(apart),
        states=[(each, STATES[each], counted(in_state(sent_by_people(filters), each))) for each in State],
        chosen=state,
        arguments=filters.arguments(),
        state_of=state_of,
        state_words=STATES,
    )  # fmt: skip


@blueprint.get("/requests/<reference>")
@requires(Right.ANSWER_REQUESTS)
def request_page(reference: str) -> AnyResponse:
    """Show a request, what its sender had searched and read, and where it stands."""
    kept = _found(reference)
    html = render_template(
        "feedback/requests/request.html",
        kept=kept,
        trail=trail_of(kept),
        state=state_of(kept),
        state_words=STATES,
    )
    return private(html)


@blueprint.post("/requests/<reference>")
@requires(Right.ANSWER_REQUESTS)
def act(reference: str) -> AnyResponse:
    """Note that a request was answered or resolved, or take that back."""
    verb = ACTS.get(request.form.get("act", ""))
    if verb is None:
        abort(HTTPStatus.BAD_REQUEST)
    verb(_found(reference))
    db.session.commit()
    return redirect(url_for(".request_page", reference=spelt(reference)), HTTPStatus.SEE_OTHER)


def _found(reference: str) -> ContactRequest:
    kept = db.session.scalar(
        select(ContactRequest).where(ContactRequest.reference == spelt(reference))
    )
    if kept is None:
        abort(HTTPStatus.NOT_FOUND)
    return kept


def init_app(app: Flask) -> None:
    """Serve the requests to leads, as pages and as a report."""
    app.register_blueprint(blueprint)
    registry.register(app, "requests", make)
    pages.add_room(app, "requests", "requests.listing", _l("Requests"))
