"""The page of the surveys, for leads."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from feedback.reports import pages, registry
from feedback.surveys.report import make, surveys
from feedback.surveys.words import AFTERS, SURVEYS, question_words
from kb.formats import shown_share
from kb.rights import Right, requires

blueprint = Blueprint("surveys_report", __name__, url_prefix="/studio/reports")


@blueprint.get("/surveys")
@requires(Right.SEE_REPORTS)
def surveys_page() -> AnyResponse:
    """Show what people answered, and how many were asked."""
    filters = pages.asked()
    found = surveys(filters)
    return pages.page(
        "feedback/surveys/report.html",
        "surveys",
        filters,
        simulated=found.simulated,
        found=found,
        survey_names=SURVEYS,
        after_names=AFTERS,
        question_words=question_words,
        shown_share=shown_share,
    )


def init_app(app: Flask) -> None:
    """Serve the page and the report."""
    app.register_blueprint(blueprint)
    registry.register(app, "surveys", make)
    pages.add_room(app, "surveys", "surveys_report.surveys_page", _l("Surveys"))
