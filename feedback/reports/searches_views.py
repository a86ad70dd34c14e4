"""The report on searches in the studio: all of them, and one wording."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from feedback.labels import OUTCOMES
from feedback.outcomes import Outcome
from feedback.reports import pages, registry, rollups, searches_days, wording
from feedback.reports.charts import bar
from feedback.reports.filters import Filters
from feedback.reports.searches_models import Wording
from feedback.reports.searches_one import one_search
from feedback.reports.searches_report import make, searches_report
from feedback.reports.searches_words import WORDS
from kb.db import db
from kb.formats import shown_number
from kb.rights import Right, requires

SHOWN = 50  # wordings on the page; the file has more
MAX_ID = 2**31 - 1

blueprint = Blueprint("search_reports", __name__, url_prefix="/studio/reports")


@blueprint.get("/searches")
@requires(Right.SEE_REPORTS)
def searches() -> AnyResponse:
    """Show what is asked, most asked first, or with most of one outcome first."""
    filters = pages.asked()
    order = next((each for each in Outcome if each.value == request.args.get("outcome")), None)
    report = searches_report(filters, order=order, limit=SHOWN)
    return pages.page(
        "feedback/searches/list.html",
        "searches",
        filters,
        simulated=report.simulated,
        report=report,
        outcome_labels=OUTCOMES,
        outcome_bar=outcome_bar,
        order=order,
        here=_here(filters),
        factor=factor,
    )


@blueprint.get("/searches/<number>")
@requires(Right.SEE_REPORTS)
def search(number: str) -> AnyResponse:
    """Show what one wording showed, what was opened, and what was asked before and after it."""
    is_number = number.isascii() and number.isdigit() and int(number) <= MAX_ID
    found = db.session.get(Wording, int(number)) if is_number else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    filters = pages.asked()
    report = one_search(found, filters)
    return pages.page(
        "feedback/searches/one.html",
        "searches",
        filters,
        simulated=report.simulated,
        found=report,
        outcome_labels=OUTCOMES,
        outcome_bar=outcome_bar,
    )


def _here(filters: Filters) -> Callable[..., str]:
    """Return what gives the address of this page with another order."""
    arguments: dict[str, Any] = filters.arguments()
    return lambda outcome=None: url_for(".searches", outcome=outcome, **arguments)


def outcome_bar(outcomes: Mapping[Outcome, int]) -> Markup:
    """Draw what became of searches as one bar."""
    total = sum(outcomes.values())
    parts = [(each, outcomes[each]) for each in OUTCOMES if outcomes.get(each)]
    label = ", ".join(f"{OUTCOMES[each]} {shown_number(number)}" for each, number in parts)
    return bar([(each.value, number / total) for each, number in parts], label)


def factor(value: float) -> str:
    """Return a factor as people say it: “× 3.2”, or that there was none before."""
    if value == float("inf"):
        return str(_("new"))
    return f"× {shown_number(round(value, 1))}"


def init_app(app: Flask) -> None:
    """Serve the report on searches to leads."""
    app.register_blueprint(blueprint)
    rollups.register(app, "searches", searches_days.fill)
    registry.register(app, "searches", make)
    wording.describe(app, WORDS)
    pages.add_room(app, "searches", "search_reports.searches", _l("Searches"))
