"""The articles beside the request form: offered, opened in place, and said to have answered."""

from contextlib import suppress
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
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from articles.rendering import page_html
from articles.views import address_of, find
from feedback.contact import attempts
from feedback.contact.attempts import Step
from feedback.contact.form import letter_from
from feedback.contact.suggesting import suggestions
from feedback.intents import clean
from feedback.surveys import asking, marks
from feedback.surveys.models import After
from feedback.visitors import current_visitor, remember
from feedback.writing import NotRecorded
from kb.extensions import FLOOD, csrf, limiter
from kb.security import is_same_origin

SUGGESTIONS_PER_ADDRESS = "300 per minute"  # an office that types; only a flood is stopped

blueprint = Blueprint("offers", __name__)
csrf.exempt(blueprint)


def wants_fragment() -> bool:
    """Tell whether a script asks, which shows the answer in place."""
    return request.headers.get("X-Requested-With") == "fetch"


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<locale:locale>/contact/suggestions")
@limiter.limit(SUGGESTIONS_PER_ADDRESS)
def suggest() -> AnyResponse:
    """Give the articles that may answer what is being typed, as a fragment; nothing where none is sure.

    A POST, so that what is not sent yet stands in no log and no history.
    """
    letter = letter_from(request.form)
    offers = suggestions(letter, g.locale)
    visitor = current_visitor(request)
    ids = [int(each.document_id) for each in offers]
    attempts.note(Step.OFFERED if offers else Step.BEGUN, visitor, g.locale, ids)
    html = render_template("feedback/contact/_offers.html", offers=offers, letter=letter)
    return _unkept(make_response(html))


@blueprint.get("/<locale:locale>/contact/articles/<slug>")
def suggested_article(slug: str) -> AnyResponse:
    """Show an article offered beside the form: in place for scripts, as a page for who has none."""
    translation = _found(slug)
    if is_same_origin():
        attempts.note(Step.OPENED, current_visitor(request), g.locale, [translation.id])
    template = "_article.html" if wants_fragment() else "article.html"
    html = render_template(
        f"feedback/contact/{template}",
        translation=translation,
        body=page_html(translation, address_of),
    )
    return _unkept(make_response(html))


def _found(slug: str) -> Translation:
    translation = find(slug)
    if translation is None:
        abort(HTTPStatus.NOT_FOUND)
    return translation


@blueprint.post("/<locale:locale>/contact/answered")
@limiter.limit(FLOOD)
def answered() -> AnyResponse:
    """Keep that an article answered, and close the form: nothing that was typed is sent."""
    slug = clean(request.form.get("article", ""))
    translation = _found(slug)
    visitor = current_visitor(request)
    with suppress(NotRecorded):  # they have their answer: nothing was promised them but thanks
        attempts.record_answered(visitor, translation)
    question = asking.ask(
        visitor, After.DEFLECTED, g.locale, request=request, translation_id=translation.id
    )
    address = url_for(".answered_page", article=slug, survey=question.token if question else None)
    response = make_response(redirect(address, HTTPStatus.SEE_OTHER))
    if question:
        marks.mark(response, request)
    if not visitor.is_private:
        remember(response, visitor, request)
    return response


@blueprint.get("/<locale:locale>/contact/answered")
def answered_page() -> AnyResponse:
    """Thank for having looked, with a way back to the form."""
    translation = _found(clean(request.args.get("article", "")))
    html = render_template(
        "feedback/contact/answered.html",
        translation=translation,
        question=asking.question_of(request.args.get("survey", "")),
    )
    return _unkept(make_response(html))


def init_app(app: Flask) -> None:
    """Serve what stands beside the form."""
    app.register_blueprint(blueprint)
