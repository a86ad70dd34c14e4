"""One question after the thanks, or by mail after a request: shown, answered, explained."""

from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback.surveys import asking, marks, studio
from feedback.surveys.answering import NoSuchScore, NotTheirs, record_answer
from feedback.surveys.eligibility import SCORES, is_score
from feedback.surveys.models import SurveyResponse
from feedback.surveys.words import LABELS, question_words
from feedback.visitors import current_visitor
from feedback.writing import NotRecorded
from kb.extensions import FLOOD, csrf, limiter

blueprint = Blueprint("surveys", __name__)
csrf.exempt(blueprint)


@blueprint.get("/<locale:locale>/survey/<token>")
def question(token: str) -> AnyResponse:
    """Show the question of a link; a score in the address is proposed, never taken.

    Mail programs open links before their readers do.
    """
    shown = _shown(token)
    score = request.args.get("score", type=int)
    proposed = score if score is not None and is_score(shown.survey, score) else None
    return _page(shown, token, _state(shown), proposed=proposed)


def _state(shown: SurveyResponse) -> str:
    if shown.answered_at is None or "again" in request.args:
        return "asked"
    return "explained" if shown.comment else "answered"


@blueprint.post("/<locale:locale>/survey/<token>")
@limiter.limit(FLOOD)
def answer(token: str) -> AnyResponse:
    """Take a score, or the words for it."""
    shown, visitor = _shown(token), current_visitor(request)
    comment = request.form.get("comment", "")
    try:
        record_answer(
            visitor,
            shown.id,
            score=request.form.get("score", type=int),
            comment=comment,
        )
    except NotTheirs:
        return _page(shown, token, "refused", _theirs(), HTTPStatus.FORBIDDEN)
    except NoSuchScore:
        return _page(shown, token, "asked", _choose(), HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotRecorded:
        return _page(shown, token, "asked", _busy(), HTTPStatus.SERVICE_UNAVAILABLE)
    state = "explained" if comment.strip() else "answered"
    response = (
        _page(shown, token, state)
        if _wants_fragment()
        else make_response(redirect(url_for(".question", token=token), HTTPStatus.SEE_OTHER))
    )
    if not visitor.is_private:
        marks.mark(response, request)  # a mail may have asked in another browser, in another month
    return response


def _shown(token: str) -> SurveyResponse:
    shown = asking.shown_by(token)
    if shown is None:
        abort(HTTPStatus.NOT_FOUND)
    return shown


def _wants_fragment() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _page(
    shown: SurveyResponse,
    token: str,
    state: str,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    *,
    proposed: int | None = None,
) -> Response:
    template = "_survey.html" if _wants_fragment() else "survey.html"
    html = render_template(
        f"feedback/surveys/{template}",
        question=asking.Question(shown.survey, token, shown.score),
        state=state,
        refusal=refusal,
        proposed=proposed,
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"  # the address lets its reader answer
    return response


def _theirs() -> str:
    return str(_("This question was put to somebody else, so nothing was kept."))


def _choose() -> str:
    return str(_("Choose a number first."))


def _busy() -> str:
    return str(_("We could not keep your answer just now. Please try again in a moment."))


def init_app(app: Flask) -> None:
    """Serve the questions, and give templates their words."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        survey_words=question_words, survey_scores=SCORES, survey_labels=LABELS
    )
    studio.init_app(app)
