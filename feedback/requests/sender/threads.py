"""The customer's page of a request: read it, add to it, close it, open it again.

It is shown to whoever came by its link, for half an hour; everybody else is offered a fresh link, in
words that do not tell whether there is such a request.
"""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from feedback.channels.delays import delay_of
from feedback.channels.words import delay_in_words
from feedback.contact.form import MAX_MESSAGE_LENGTH, Letter
from feedback.contact.keeping import keep
from feedback.contact.receiving import Received, received
from feedback.contact.words import too_long
from feedback.helpdesk.present import messages_with_files_to_come
from feedback.requests.files import uploading
from feedback.requests.models import ContactRequest
from feedback.requests.sender import access, doors, following
from feedback.requests.sender.following import Addition, TooMany
from feedback.requests.showing import entries_of
from feedback.requests.words import whereabouts
from feedback.surveys import asking
from feedback.visitors import current_visitor
from feedback.writing import NotRecorded
from kb.caching import private
from kb.db import db, utc_now
from kb.extensions import FLOOD, csrf, limiter
from kb.locales import settings
from kb.plaintext import lines
from kb.rights import Right, holds

NOTHING = Received()

blueprint = Blueprint("threads", __name__)
csrf.exempt(blueprint)


@blueprint.get("/<locale:locale>/requests/<reference>")
def thread(reference: str) -> AnyResponse:
    """Show a request to its customer, its other page to the staff, and the door to everybody else."""
    kept = doors.found(reference)
    if kept is None or not access.is_customer(kept):
        if kept is not None and holds(current_user, Right.ANSWER_REQUESTS):
            return redirect(url_for("requests.request_page", reference=kept.reference))
        return doors.door(reference, refusal=doors.no_cookie(), status=HTTPStatus.OK)
    if doors.ENTERED in request.args:
        return private(redirect(url_for(".thread", reference=kept.reference)))
    return _page(kept)


def _page(
    kept: ContactRequest,
    *,
    words: str = "",
    refusal: str = "",
    got: Received = NOTHING,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    session = access.session_here(kept)
    html = render_template(
        "feedback/requests/thread.html",
        kept=kept,
        entries=entries_of(kept),
        files_to_come=messages_with_files_to_come(kept),
        whereabouts=whereabouts(kept),
        promise=delay_in_words(delay_of(kept.via, utc_now())) if kept.waiting_since else "",
        words=words or (session.words if session else ""),
        is_kept=bool(session and session.words),
        refusal=refusal,
        files=got.files,
        file_refusals=got.refusals,
        said=_said(request.args.get("said", "")),
        question=asking.question_of(request.args.get("survey", "")),
        ends_at=session.session_ends_at if session else None,
        alternates={
            each: url_for(".thread", locale=each, reference=kept.reference)
            for each in settings().locales
        },
    )
    return doors.unlinked(private(html, status))


def _said(what: str) -> str:
    """Return what is said after an act that was done."""
    return {
        "sent": str(_("Your message has reached us.")),
        "closed": str(_("Thank you for telling us: your request is closed.")),
        "opened": str(_("Your request is open again: we look at it.")),
    }.get(what, "")


@blueprint.post("/<locale:locale>/requests/<reference>")
@limiter.limit(FLOOD)
def act(reference: str) -> AnyResponse:
    """Take words, files, and “my question is solved”; nothing that was typed is lost on the way."""
    kept = doors.found(reference)
    words = lines(request.form.get("message", ""))
    if kept is None or not access.is_customer(kept):
        return doors.door(reference, words=words, status=HTTPStatus.GONE)
    number = kept.id
    got = _files(words)
    if "remove" in request.form:  # a file was taken back, without scripts: nothing is sent yet
        return _page(doors.kept(number), words=words, got=got)
    wanted = request.form.get("act", "send")
    refusal, status = _refusal(words, wanted, got), HTTPStatus.UNPROCESSABLE_ENTITY
    arguments: dict[str, Any] = {}
    if not refusal:
        try:
            arguments = keep(lambda _session: _done(number, wanted, Addition(words, got.keys)))
        except TooMany:
            refusal, status = _too_many(), HTTPStatus.TOO_MANY_REQUESTS
        except NotRecorded:
            refusal, status = _busy(), HTTPStatus.SERVICE_UNAVAILABLE
    kept = doors.kept(number)
    if refusal:
        return _page(kept, words=words, refusal=refusal, got=got, status=status)
    here = url_for(".thread", reference=kept.reference, _anchor="newest", **arguments)
    return private(redirect(here, HTTPStatus.SEE_OTHER))


def _files(words: str) -> Received:
    """Return the files that wait with the message: those known before, and what came with it."""
    letter = Letter(message=words, files=tuple(request.form.getlist("file")))
    uploads: list[FileStorage] = request.files.getlist("attachment")
    visitor = current_visitor(request)
    return received(visitor, letter, uploads, removed=request.form.get("remove", ""))


def _refusal(words: str, wanted: str, got: Received) -> str:
    if len(words) > MAX_MESSAGE_LENGTH:
        return too_long(words)
    if got.refusals:
        return str(_("Not sent yet: a file was left out, see below. Send again to go without it."))
    return _empty() if wanted == "send" and not (words or got.keys) else ""


def _done(number: int, wanted: str, addition: Addition) -> dict[str, Any]:
    """Do what was asked, uncommitted; return the arguments of the page that says so."""
    kept = db.session.get_one(ContactRequest, number)
    said = "sent"
    if addition.text or addition.files:
        following.add(kept, addition)
        _forget_words(kept)
    if wanted == "solved":
        token = following.close(kept)
        return {"said": "closed", "survey": token} if token else {"said": "closed"}
    if wanted == "reopen":
        following.open_again(kept)
        said = "opened"
    return {"said": said}


def _forget_words(kept: ContactRequest) -> None:
    session = access.session_here(kept)
    if session is not None:
        session.words = ""


def _empty() -> str:
    return str(_("Write your message first."))


def _too_many() -> str:
    return str(
        _("Many messages have come for this request, so this one was not sent. Your words are kept below: try again later.")
    )  # fmt: skip


def _busy() -> str:
    return str(
        _("We could not take your message just now. Your words are kept below: try again in a moment.")
    )  # fmt: skip


def init_app(app: Flask) -> None:
    """Serve the customer's page."""
    app.register_blueprint(blueprint)
    uploading.make_room(app, "threads.act")
    doors.init_app(app)
    app.jinja_env.globals.update(whereabouts_of=whereabouts)
