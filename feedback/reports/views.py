"""The reports in the studio, for leads: the overview, and every report as a file."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, abort, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from feedback.labels import CHANNELS
from feedback.reports import pages, registry, rollups, wording
from feedback.reports.overview import make
from feedback.reports.overview import overview as overview_of
from feedback.reports.overview_page import page_of
from feedback.reports.overview_words import WORDS
from feedback.reports.periods import PeriodRefused
from kb.rights import Right, requires
from kb.worker import tasks

REFRESH_EVERY = timedelta(minutes=1)

blueprint = Blueprint("reports", __name__, url_prefix="/studio/reports")


@blueprint.get("")
@requires(Right.SEE_REPORTS)
def overview() -> AnyResponse:
    """Show how often the site answers, what it spares, and how satisfied people are."""
    filters = pages.asked()
    found = overview_of(filters)
    return pages.page(
        "feedback/reports/overview.html",
        "overview",
        filters,
        simulated=found.report.simulated,
        found=found,
        page=page_of(found),
        CHANNELS=CHANNELS,
        address=lambda **changed: url_for(".overview", **{**filters.arguments(), **changed}),
    )


@blueprint.get("/<name>.csv")
@requires(Right.SEE_REPORTS)
def csv_file(name: str) -> AnyResponse:
    """Send a table of a report, the first one unless `table` names another."""
    filters = pages.asked()
    try:
        report = registry.report(name, filters)
        table = report.table(request.args.get("table"))
    except KeyError:
        abort(HTTPStatus.NOT_FOUND)
    return pages.csv_answer(table, name, filters.period.last_day)


@blueprint.get("/<name>.json")
@requires(Right.SEE_REPORTS)
def json_file(name: str) -> AnyResponse:
    """Send a whole report."""
    filters = pages.asked()
    try:
        report = registry.report(name, filters)
    except KeyError:
        abort(HTTPStatus.NOT_FOUND)
    return pages.json_answer(report)


def init_app(app: Flask) -> None:
    """Serve the reports, and say what is wrong with the dates of any of them."""
    app.register_blueprint(blueprint)
    app.register_error_handler(PeriodRefused, pages.refused)
    registry.register(app, "overview", make)
    wording.describe(app, WORDS)
    tasks.register(app, "reports", REFRESH_EVERY, rollups.refresh)
    pages.add_room(app, "overview", "reports.overview", _l("Overview"))
    app.jinja_env.globals.update(said=wording.said)
