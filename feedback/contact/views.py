"""The request form: articles that may answer beside it, a person behind it.

The page is the same for everyone but for the words in its address, and yet kept by nobody: the site
must know how many opened it, with or without scripts. `no-cache` rather than `no-store`, so that
going back finds the words as they were left (docs/decisions/0028).
"""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from articles.rendering import page_html
from articles.views import address_of, find
from feedback.contact import attempts, studio, waiting_views
from feedback.contact.attempts import Step
from feedback.contact.delay import measured_delay
from feedback.contact.form import Letter, letter_from, problems
from feedback.contact.limits import TooMany
from feedback.contact.mails import promised
from feedback.contact.models import ContactRequest
from feedback.contact.sending import Sent, send_request
from feedback.contact.suggesting import suggestions
from feedback.contact.words import PROBLEMS
from feedback.intents import clean
from feedback.surveys import asking
from feedback.surveys.models import After
from feedback.visitors import current_visitor, remember
from feedback.writing import NotRecorded
from kb.db import db, utc_now
from kb.extensions import csrf, limiter
from kb.locales import settings
from kb.security import is_same_origin
from search.filters import asked
from search.showing import ShownHit

SUGGESTIONS_PER_ADDRESS = "300 per minute"  # an office that types; only a flood is stopped
SENT_SECONDS = 24 * 3600  # how long the page after sending can be opened again

blueprint = Blueprint("contact", __name__)
csrf.exempt(blueprint)


@blueprint.before_request
def refuse_other_origins() -> None:
    """Let no page of another site write in a visitor's name."""
    if request.method == "POST" and not is_same_origin():
        abort(HTTPStatus.FORBIDDEN)


def wants_fragment() -> bool:
    """Tell whether a script asks, which shows the answer in place."""
    return request.headers.get("X-Requested-With") == "fetch"


@blueprint.get("/<locale:locale>/contact")
def form() -> AnyResponse:
    """Show the form, begun with the words of the search that led here."""
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        attempts.note(Step.SEEN, current_visitor(request), g.locale)
    response = _form(Letter(subject=asked("q")))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _form(
    letter: Letter,
    wrong: Mapping[str, object] | None = None,
    *,
    offers: list[ShownHit] | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    html = render_template(
        "feedback/contact/form.html",
        letter=letter,
        wrong=wrong or {},
        offers=offers or [],
        is_seen=bool(offers) or "seen" in request.form,
        refusal=refusal,
        promise=promised(measured_delay(utc_now())),
        alternates={each: url_for(".form", locale=each) for each in settings().locales},
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<locale:locale>/contact")
def send() -> AnyResponse:
    """Take a request; show once what may answer it, where no script has done so."""
    letter = letter_from(request.form)
    if wrong := problems(letter):
        words = {field: PROBLEMS[problem] for field, problem in wrong.items()}
        return _form(letter, words, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    offers = suggestions(letter, g.locale)
    visitor = current_visitor(request)
    if offers and "seen" not in request.form:
        attempts.note(Step.OFFERED, visitor, g.locale, _ids(offers))
        return _form(letter, offers=offers)
    try:
        sent = send_request(
            visitor,
            letter,
            g.locale,
            subject_id=next(iter(_ids(offers)), None),
            delay=measured_delay(utc_now()),
        )
    except TooMany:
        return _form(letter, refusal=_too_many(), status=HTTPStatus.TOO_MANY_REQUESTS)
    except NotRecorded:
        return _form(letter, refusal=_busy(), status=HTTPStatus.SERVICE_UNAVAILABLE)
    response = redirect(url_for(".sent", request=_token(sent)), HTTPStatus.SEE_OTHER)
    if not visitor.is_private:
        remember(make_response(response), visitor, request)
    return response


def _ids(offers: list[ShownHit]) -> list[int]:
    return [int(each.document_id) for each in offers]


def _too_many() -> str:
    return str(
        _("Too many requests have come from here, so this one was not sent. Your words are kept below: try again later, or call us.")
        if settings().contact_phone
        else _("Too many requests have come from here, so this one was not sent. Your words are kept below: try again later.")
    )  # fmt: skip


def _busy() -> str:
    return str(
        _("We could not take your request just now. Your words are kept below: try again in a moment.")
    )  # fmt: skip


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="feedback.contact.sent")


def _token(sent: Sent) -> str:
    return str(_serializer().dumps([sent.request_id, sent.is_copied]))


@blueprint.get("/<locale:locale>/contact/sent")
def sent() -> AnyResponse:
    """Say that a request has arrived, under which reference, and what comes next."""
    try:
        number, is_copied = _serializer().loads(request.args.get("request", ""), SENT_SECONDS)
    except BadSignature:
        return redirect(url_for(".form"))
    kept = db.session.get(ContactRequest, number)
    if kept is None:
        return redirect(url_for(".form"))
    html = render_template(
        "feedback/contact/sent.html",
        kept=kept,
        is_copied=is_copied,
        promise=promised(measured_delay(utc_now())),
    )
    return _unkept(make_response(html))


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
    attempts.note(Step.OFFERED if offers else Step.BEGUN, visitor, g.locale, _ids(offers))
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
        asking.mark(response, request)
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
    """Serve the form, and everything around it."""
    app.register_blueprint(blueprint)
    for part in (attempts, waiting_views, studio):
        part.init_app(app)
