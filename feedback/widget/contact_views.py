"""What the widget asks for somebody who looks for a person: the ways, and the letter."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Flask, Response, g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from feedback.channels.offers import Offered, offers_now
from feedback.channels.topics import AskedTopic, topic, topics
from feedback.contact import attempts
from feedback.contact.attempts import Step
from feedback.contact.fields import all_problems, completed, name_of
from feedback.contact.form import Letter, address, letter_from
from feedback.contact.limits import TooMany
from feedback.contact.promises import promises
from feedback.contact.receiving import receive
from feedback.contact.sending import Sent, send_request
from feedback.contact.suggesting import suggestions
from feedback.contact.words import problem_in_words
from feedback.models import Channel
from feedback.requests.files.inspecting import MAX_FILE_BYTES, MAX_FILES, Refusal, RefusedFile
from feedback.requests.files.keeping import take_back
from feedback.requests.files.uploading import ONE_FILE, make_room
from feedback.requests.files.words import said
from feedback.requests.models import ContactRequest
from feedback.requests.sender.links import door_of
from feedback.surveys.models import After
from feedback.widget import cors, showing, words
from feedback.widget.present import answer, is_preview, remembered, text_of, visitor
from feedback.widget.surveys import question
from feedback.writing import NotRecorded
from kb.customers.present import current_customer
from kb.db import db
from kb.extensions import csrf, limiter

PER_ADDRESS = "300 per minute"  # an office that types; only a flood is stopped

blueprint = Blueprint("widget_contact", __name__, url_prefix="/widget/<locale:locale>/contact")
csrf.exempt(blueprint)
cors.init_blueprint(blueprint)


@blueprint.post("")
@limiter.limit(PER_ADDRESS)
def ways() -> Response:
    """Give the ways to a person as they are open now, and what the letter asks."""
    if not is_preview():
        attempts.note(Step.SEEN, visitor(), g.locale, channel=Channel.WIDGET)
    offers = offers_now()
    customer = current_customer()
    return answer(
        {
            "ways": [_way(each) for each in offers],
            "topics": [_topic(each) for each in topics(g.locale)],
            "promise": promises(g.locale),
            "email": customer.email if customer else "",
            "files": _files(),
        }
    )


def _way(each: Offered) -> dict[str, object]:
    return {
        "kind": each.way.value,
        "name": each.name,
        "target": each.target,
        "href": each.href,
        "isOpen": each.is_open,
        "said": each.said_with_reason,
        "meanwhile": "" if each.is_open else each.meanwhile,
        "more": list(filter(None, _more(each))),
    }


def _more(each: Offered) -> Iterator[str]:
    """Give what stands below the name and the standing of a way, in the order of the contact page."""
    yield each.delay_said
    yield each.note
    if each.topics:
        yield str(_("For: %(topics)s", topics=", ".join(each.topics)))
    if not each.is_spoken:
        languages = ", ".join(showing.language_name(code) for code in each.locales)
        yield str(_("Spoken here: %(languages)s", languages=languages))
    if not each.said:  # what is of no moment: when it is there at all
        yield " · ".join(each.hours)


def _files() -> dict[str, object]:
    """Give what files may be, so that nothing travels in vain."""
    too_large = RefusedFile(Refusal.TOO_LARGE, "{name}")
    most = _(
        "A message takes %(most)s files at most. Send the others with another message.",
        most=MAX_FILES,
    )
    return {
        "largest": MAX_FILE_BYTES,
        "tooLarge": said(too_large),
        "most": MAX_FILES,
        "tooMany": str(most),
    }


def _topic(each: AskedTopic) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "fields": [
            {
                "name": name_of(field),
                "kind": field.kind.value,
                "label": field.label,
                "hint": field.hint,
                "options": [list(option) for option in field.options],
                "isRequired": field.is_required,
            }
            for field in each.fields
        ],
    }


@blueprint.post("/suggestions")
@limiter.limit(PER_ADDRESS)
def suggest() -> Response:
    """Give the articles that may answer what is being typed; none where none is sure."""
    letter = letter_from(request.form)
    offers = suggestions(letter, g.locale)
    if not is_preview():
        step = Step.OFFERED if offers else Step.BEGUN
        ids = [int(each.document_id) for each in offers]
        attempts.note(step, visitor(), g.locale, ids, channel=Channel.WIDGET)
    heading = ngettext(
        "This page may answer your question", "These pages may answer your question", len(offers)
    )
    return answer(
        {"offers": [showing.hit(each) for each in offers], "heading": heading if offers else ""}
    )


@blueprint.post("/answered")
@limiter.limit(PER_ADDRESS)
def answered() -> Response:
    """Keep that an article answered: nothing that was typed is sent."""
    translation = text_of()
    who = visitor()
    if not is_preview():
        with suppress(NotRecorded):  # they have their answer: nothing was promised them but thanks
            attempts.record_answered(who, translation, channel=Channel.WIDGET)
    return answer(remembered(who) | question(who, After.DEFLECTED, translation.id))


@blueprint.post("/files")
@limiter.limit(PER_ADDRESS)
def take_file() -> Response:
    """Take a file while the letter is being written, or say why not."""
    upload = request.files.get("file")
    if upload is None:
        return answer({"error": "no-file"}, HTTPStatus.BAD_REQUEST)
    if is_preview():
        return answer({"message": words.after_opening()["preview"]})
    who = visitor()
    try:
        kept = receive(who, upload.stream, upload.filename or "")
    except RefusedFile as refused:
        return answer({"message": said(refused)}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return answer({"key": kept.key, **remembered(who)}, HTTPStatus.CREATED)


@blueprint.post("/files/remove")
@limiter.limit(PER_ADDRESS)
def remove_file() -> Response:
    """Forget a file that was not sent yet."""
    if take_back(db.session(), request.form.get("file", "")):
        db.session.commit()
    return answer({})


@blueprint.post("/send")
@limiter.limit(PER_ADDRESS)
def send() -> Response:
    """Take a request, or say what is wrong with it."""
    about = topic(letter_from(request.form).topic_id, g.locale)
    files = tuple(request.form.getlist("file"))
    letter = replace(completed(letter_from(request.form), request.form, about), files=files)
    if wrong := all_problems(letter, about):
        wrongs = {name: problem_in_words(problem, letter) for name, problem in wrong.items()}
        return answer({"wrong": wrongs}, HTTPStatus.UNPROCESSABLE_ENTITY)
    if is_preview():
        return answer({"message": words.after_opening()["preview"]}, HTTPStatus.SERVICE_UNAVAILABLE)
    return _sent(letter)


def _sent(letter: Letter) -> Response:
    who = visitor()
    best = next(iter(suggestions(letter, g.locale)), None)
    customer = current_customer()
    try:
        sent = send_request(
            who,
            letter,
            g.locale,
            subject_id=int(best.document_id) if best else None,
            channel=Channel.WIDGET,
            name=customer.name if customer else "",
        )
    except TooMany:
        return answer({"message": _too_many()}, HTTPStatus.TOO_MANY_REQUESTS)
    except NotRecorded:
        return answer({"message": words.after_opening()["notkept"]}, HTTPStatus.SERVICE_UNAVAILABLE)
    return answer(
        {
            "reference": sent.reference,
            "email": address(letter.email),
            "isCopied": sent.is_copied,
            "promise": promises(g.locale, letter.topic_id),
            "follow": _door(sent),
            **remembered(who),
        }
    )


def _door(sent: Sent) -> str:
    """Return where the request can be followed: a page that mails a fresh link to its sender."""
    kept = db.session.get(ContactRequest, sent.request_id)
    return door_of(kept) if kept is not None and not kept.is_bot else ""


def _too_many() -> str:
    return str(
        _("Too many requests have come from here, so this one was not sent. Your words are kept below: try again later.")
    )  # fmt: skip


def init_app(app: Flask) -> None:
    """Serve the letter, and give its files room."""
    app.register_blueprint(blueprint)
    make_room(app, f"{blueprint.name}.{take_file.__name__}", ONE_FILE)
