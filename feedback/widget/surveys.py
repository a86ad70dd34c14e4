"""A question after a thank-you, as on the site: a row for each showing, and nobody asked twice."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _

from feedback.models import Channel
from feedback.surveys import asking
from feedback.surveys.answering import NoSuchScore, NotTheirs, record_answer
from feedback.surveys.eligibility import SCORES
from feedback.surveys.models import After
from feedback.surveys.words import LABELS, question_words
from feedback.visitors import Visitor
from feedback.widget import cors, words
from feedback.widget.present import answer, is_preview, said, visitor
from feedback.writing import NotRecorded
from kb.extensions import csrf, limiter
from kb.locales import settings

PER_ADDRESS = "60 per hour"

blueprint = Blueprint("widget_surveys", __name__, url_prefix="/widget/<locale:locale>/survey")
csrf.exempt(blueprint)
cors.init_blueprint(blueprint)


def question(who: Visitor, after: After, translation_id: int) -> dict[str, Any]:
    """Return the question to show beside a thank-you, for most nothing.

    Without a cookie the page itself remembers that its visitor was asked, and says so.
    """
    if is_preview() or said("asked"):
        return {}
    asked = asking.ask(
        who,
        after,
        g.locale,
        request=request,
        translation_id=translation_id,
        channel=Channel.WIDGET,
    )
    if asked is None:
        return {}
    labels = LABELS[asked.survey]
    scores = list(SCORES[asked.survey])
    return {
        "survey": {
            "question": question_words(asked.survey),
            "scores": [[each, str(labels.get(each, ""))] for each in scores],
            "ends": " – ".join(
                f"{each}{_(': ')}{labels[each]}" for each in (scores[0], scores[-1])
            ),
            "token": asked.token,
            "pause": settings().survey_pause_days,
        }
    }


@blueprint.post("")
@limiter.limit(PER_ADDRESS)
def take() -> Response:
    """Keep a score, or the words for one given before."""
    shown = asking.shown_by(said("token"))
    if shown is None:
        return answer({"error": "no-question"}, HTTPStatus.NOT_FOUND)
    comment = request.form.get("comment", "")
    try:
        score = request.form.get("score", type=int)
        record_answer(visitor(), shown.id, score=score, comment=comment)
    except (NotTheirs, NoSuchScore):
        return answer({"error": "no-answer"}, HTTPStatus.FORBIDDEN)
    except NotRecorded:
        return answer({"message": words.busy()}, HTTPStatus.SERVICE_UNAVAILABLE)
    thanks = _("Thank you: the team will read it.") if comment else _("Thank you for your answer.")
    return answer({"message": str(thanks)})
