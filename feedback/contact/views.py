"""The request form: articles that may answer beside it, a person behind it.

The page is the same for everyone but for the words in its address and for known customers, and yet
kept by nobody: the site must know how many opened it, with or without scripts. `no-cache` rather than
`no-store`, so that going back finds the words as they were left (docs/decisions/0028).
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from feedback.channels.topics import AskedTopic, topic, topics
from feedback.contact import attempts, offering, receipts, uploads
from feedback.contact.attempts import Step
from feedback.contact.fields import all_problems, completed, name_of
from feedback.contact.form import Letter, letter_from
from feedback.contact.limits import TooMany
from feedback.contact.noticing import notices
from feedback.contact.promises import promises
from feedback.contact.receiving import Received, received
from feedback.contact.sending import Sent, send_request
from feedback.contact.suggesting import suggestions
from feedback.contact.words import problem_in_words
from feedback.requests.files.keeping import unsent
from feedback.requests.models import ContactRequest
from feedback.requests.sender.access import let_in
from feedback.surveys import marks
from feedback.surveys.marks import Why
from feedback.visitors import Visitor, current_visitor, remember
from feedback.writing import NotRecorded
from kb.customers.present import current_customer
from kb.db import db
from kb.extensions import FLOOD, csrf, limiter
from kb.locales import settings
from search.filters import asked
from search.showing import ShownHit

blueprint = Blueprint("contact", __name__)
csrf.exempt(blueprint)


@blueprint.get("/<locale:locale>/contact")
def form() -> AnyResponse:
    """Show the form, begun with the words of the search that led here, and what is known of a customer."""
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        attempts.note(Step.SEEN, current_visitor(request), g.locale)
    customer = current_customer()
    chosen = topic(request.args.get("topic", type=int), g.locale)
    letter = Letter(
        subject=asked("q"),
        email=customer.email if customer else "",
        topic_id=chosen.id if chosen else None,
    )
    response = _form(letter, chosen)
    if customer is None:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _form(
    letter: Letter,
    about: AskedTopic | None = None,
    *,
    wrong: Mapping[str, object] | None = None,
    offers: list[ShownHit] | None = None,
    got: Received | None = None,
    note: str = "",
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    offered = topics(g.locale)
    html = render_template(
        "feedback/contact/form.html",
        letter=letter,
        topics=offered,
        notices=notices(offered, g.locale),
        about=about,
        name_of=name_of,
        wrong=wrong or {},
        offers=offers or [],
        files=got.files if got else unsent(db.session(), letter.files),
        file_refusals=got.refusals if got else (),
        is_seen=bool(offers) or "seen" in request.form,
        note=note,
        refusal=refusal,
        promises=promises(g.locale, letter.topic_id),
        customer=current_customer(),
        alternates={each: url_for(".form", locale=each) for each in settings().locales},
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<locale:locale>/contact")
@limiter.limit(FLOOD)
def send() -> AnyResponse:
    """Take a request; show once what may answer it, where no script has done so."""
    visitor = current_visitor(request)
    try:
        letter, about, got = _posted(visitor)
    except RequestEntityTooLarge:
        return receipts.too_large()
    page = _unready(letter, about, got)
    if page is not None:
        return page
    offers = suggestions(letter, g.locale)
    if offers and "seen" not in request.form:
        attempts.note(Step.OFFERED, visitor, g.locale, _ids(offers))
        return _form(letter, about, offers=offers, got=got)
    return _taken(visitor, letter, about, offers, got)


def _unready(letter: Letter, about: AskedTopic | None, got: Received) -> Response | None:
    """Return the form again where it was not meant to be sent yet, or is not right; else nothing."""
    if _is_step():
        return _form(letter, about, got=got)
    if about is not None and _is_unasked(about):
        return _form(letter, about, got=got, note=_more_asked(about))
    wrong = {
        name: problem_in_words(each, letter) for name, each in all_problems(letter, about).items()
    }
    if not wrong and not got.refusals:
        return None
    return _form(letter, about, wrong=wrong, got=got, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _taken(
    visitor: Visitor,
    letter: Letter,
    about: AskedTopic | None,
    offers: list[ShownHit],
    got: Received,
) -> AnyResponse:
    """Send a letter that is right, or say in the form why it could not be."""
    try:
        return _thanked(visitor, _sent(visitor, letter, offers))
    except TooMany:
        refusal, status = _too_many(), HTTPStatus.TOO_MANY_REQUESTS
    except NotRecorded:
        refusal, status = _busy(), HTTPStatus.SERVICE_UNAVAILABLE
    return _form(letter, about, got=got, refusal=refusal, status=status)


def _posted(visitor: Visitor) -> tuple[Letter, AskedTopic | None, Received]:
    """Return what was sent; files are kept at once, so that nothing needs to be chosen again."""
    letter = letter_from(request.form)
    about = topic(letter.topic_id, g.locale)
    letter = replace(completed(letter, request.form, about), files=_keys())
    uploads: list[FileStorage] = request.files.getlist("attachment")
    got = received(visitor, letter, uploads, removed=request.form.get("remove", ""))
    return replace(letter, files=got.keys), about, got


def _keys() -> tuple[str, ...]:
    return tuple(request.form.getlist("file"))


def _is_step() -> bool:
    """Tell whether, without scripts, a topic was chosen or a file taken back: nothing is sent yet."""
    return "continue" in request.form or "remove" in request.form


def _is_unasked(about: AskedTopic) -> bool:
    """Tell whether somebody chose a topic, and has not seen yet what is asked about it."""
    return bool(about.fields) and request.form.get("asked") != str(about.id)


def _sent(visitor: Visitor, letter: Letter, offers: list[ShownHit]) -> Sent:
    customer = current_customer()
    return send_request(
        visitor,
        letter,
        g.locale,
        subject_id=next(iter(_ids(offers)), None),
        name=customer.name if customer else "",
        surveyed_at=marks.asked_at(request),
    )


def _thanked(visitor: Visitor, sent: Sent) -> AnyResponse:
    """Lead to the confirmation; the browser that wrote may follow its request at once."""
    response = make_response(redirect(receipts.address_of(sent), HTTPStatus.SEE_OTHER))
    kept = db.session.get(ContactRequest, sent.request_id)
    if kept is not None and sent.is_theirs and not kept.is_bot:
        let_in(response, kept, origin=visitor.origin)
        db.session.commit()
    if not visitor.is_private:
        remember(response, visitor, request)
        marks.mark(response, request, Why.WROTE)  # they are asked about this, by mail
    return response


def _ids(offers: list[ShownHit]) -> list[int]:
    return [int(each.document_id) for each in offers]


def _more_asked(about: AskedTopic) -> str:
    said = _("Before you send: a few questions about “%(topic)s”, further down.", topic=about.name)
    return str(said)


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


def init_app(app: Flask) -> None:
    """Serve the form, and everything around it."""
    app.register_blueprint(blueprint)
    for part in (attempts, offering, receipts, uploads):
        part.init_app(app)
