"""The request form: articles that may answer beside it, a person behind it.

The page is the same for everyone but for the words in its address, and yet kept by nobody: the site
must know how many opened it, with or without scripts. `no-cache` rather than `no-store`, so that
going back finds the words as they were left (docs/decisions/0028).
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
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

from feedback.channels.delay import measured_delay
from feedback.contact import attempts, offering
from feedback.contact.attempts import Step
from feedback.contact.form import Letter, letter_from, problems
from feedback.contact.limits import TooMany
from feedback.contact.mails import promised
from feedback.contact.sending import Sent, send_request
from feedback.contact.suggesting import suggestions
from feedback.contact.words import PROBLEMS
from feedback.requests.models import ContactRequest
from feedback.visitors import current_visitor, remember
from feedback.writing import NotRecorded
from kb.db import db, utc_now
from kb.extensions import csrf
from kb.locales import settings
from search.filters import asked
from search.showing import ShownHit

SENT_SECONDS = 24 * 3600  # how long the page after sending can be opened again

blueprint = Blueprint("contact", __name__)
csrf.exempt(blueprint)


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


def init_app(app: Flask) -> None:
    """Serve the form, and everything around it."""
    app.register_blueprint(blueprint)
    for part in (attempts, offering):
        part.init_app(app)
