"""Requests in the studio: the report of a period, and the page of each."""

from flask import Blueprint, Flask, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from feedback.reports import pages, registry
from feedback.requests import solving
from feedback.requests.resolving import State, state_of
from feedback.requests.studio import page
from feedback.requests.studio.listing import counted, in_state, make, sent_by_people, set_aside
from feedback.requests.words import STATES
from kb.db import db
from kb.rights import Right, requires

MOST = 200  # requests on one page; a shorter period shows the others

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
        solvers=solving.solvers(filters),
        states=[(each, STATES[each], counted(in_state(sent_by_people(filters), each))) for each in State],
        chosen=state,
        arguments=filters.arguments(),
        state_of=state_of,
        state_words=STATES,
    )  # fmt: skip


@blueprint.get("/requests/<reference>")
@requires(Right.ANSWER_REQUESTS)
def request_page(reference: str) -> AnyResponse:
    """Show a request: what was said, what its sender had tried, and what can be done."""
    return page.show(page.found(reference))


def init_app(app: Flask) -> None:
    """Serve the requests to colleagues, as pages and as a report."""
    app.register_blueprint(blueprint)
    registry.register(app, "requests", make)
    app.jinja_env.globals.update(solvers_of_gap=solving.solvers_of_gap)
    pages.add_room(app, "requests", "requests.listing", _l("Requests"))
