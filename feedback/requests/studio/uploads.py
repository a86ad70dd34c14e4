"""Files of an answer, sent as soon as they are chosen, and taken back: for browsers that run scripts.

Without them the files come with the answer itself. They wait like those of customers: whoever does not
send them within a day has them erased.
"""

from http import HTTPStatus

from flask import Blueprint, Flask, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from feedback.contact.receiving import receive_from_staff
from feedback.contact.uploads import refused, status_of
from feedback.requests.files import uploading
from feedback.requests.files import words as file_words
from feedback.requests.files.inspecting import Refusal, RefusedFile
from feedback.requests.files.keeping import take_back, unsent
from feedback.requests.models import RequestFile
from feedback.requests.studio.page import found
from kb.caching import private
from kb.db import db
from kb.rights import Right, requires

blueprint = Blueprint("request_uploads", __name__, url_prefix="/studio/requests")


@blueprint.post("/<reference>/files")
@requires(Right.ANSWER_REQUESTS)
def upload(reference: str) -> AnyResponse:
    """Keep one file, and answer with its line in the form; or with why not, in words."""
    kept = found(reference)
    try:
        sent = request.files.get("file")
    except RequestEntityTooLarge:
        return _refused(RefusedFile(Refusal.TOO_LARGE, _("This file")))
    if sent is None or not sent.filename:
        return refused(_("Choose a file first."), HTTPStatus.BAD_REQUEST)
    try:
        file = receive_from_staff(sent.stream, sent.filename)
    except RefusedFile as reason:
        return _refused(reason)
    return private(_line(file, kept.reference), HTTPStatus.CREATED)


def _refused(reason: RefusedFile) -> AnyResponse:
    return refused(file_words.said(reason, to_staff=True), status_of(reason))


def _line(file: RequestFile, reference: str) -> str:
    return render_template(
        "feedback/contact/_file.html", file=file, form="answer", answered=reference
    )


@blueprint.post("/<reference>/files/waiting")
@requires(Right.ANSWER_REQUESTS)
def waiting(reference: str) -> AnyResponse:
    """Return the lines of those files that still wait, for an answer that was left and taken up again."""
    kept = found(reference)
    files = unsent(db.session(), request.form.getlist("file"))
    return private("".join(_line(each, kept.reference) for each in files))


@blueprint.post("/<reference>/files/<key>/remove")
@requires(Right.ANSWER_REQUESTS)
def remove(reference: str, key: str) -> AnyResponse:
    """Erase a file that was not sent."""
    found(reference)
    take_back(db.session(), key)
    return private(make_response("", HTTPStatus.NO_CONTENT))


def init_app(app: Flask) -> None:
    """Take the files."""
    app.register_blueprint(blueprint)
    uploading.make_room(app, "request_uploads.upload", uploading.ONE_FILE)
    app.jinja_env.globals.update(
        staff_file_limits=file_words.allowed_briefly,
        staff_file_refusal=lambda reason, name: file_words.said(
            RefusedFile(Refusal(reason), name), to_staff=True
        ),
    )
