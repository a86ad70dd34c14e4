"""Files sent from the form as soon as they are chosen, and taken back: for browsers that run scripts.

Without them the files come with the message itself.
"""

from http import HTTPStatus

from flask import Blueprint, Flask, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from feedback.contact.receiving import receive
from feedback.requests.files import uploading
from feedback.requests.files import words as file_words
from feedback.requests.files.inspecting import (
    ACCEPTED,
    MAX_FILE_BYTES,
    MAX_FILES,
    Refusal,
    RefusedFile,
)
from feedback.requests.files.keeping import take_back, unsent
from feedback.visitors import current_visitor, remember
from kb.caching import private
from kb.db import db
from kb.extensions import csrf, limiter

UPLOADS_PER_ADDRESS = "120 per minute"  # an office that sends photographs; only a flood is stopped
STATUSES = {
    Refusal.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Refusal.TOO_OFTEN: HTTPStatus.TOO_MANY_REQUESTS,
    Refusal.NO_ROOM: HTTPStatus.SERVICE_UNAVAILABLE,
}

blueprint = Blueprint("uploads_of_customers", __name__)
csrf.exempt(blueprint)


@blueprint.post("/<locale:locale>/contact/files")
@limiter.limit(UPLOADS_PER_ADDRESS)
def upload() -> AnyResponse:
    """Keep one file, and answer with its line in the form; or with why not, in words."""
    try:
        sent = request.files.get("file")
    except RequestEntityTooLarge:
        said = file_words.said(RefusedFile(Refusal.TOO_LARGE, _("This file")))
        return refused(said, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if sent is None or not sent.filename:
        return refused(_("Choose a file first."), HTTPStatus.BAD_REQUEST)
    visitor = current_visitor(request)
    try:
        file = receive(visitor, sent.stream, sent.filename)
    except RefusedFile as reason:
        return refused(file_words.said(reason), status_of(reason))
    html = render_template("feedback/contact/_file.html", file=file, form=request.form.get("form"))
    response = private(html, HTTPStatus.CREATED)
    if not visitor.is_private:
        remember(response, visitor, request)
    return response


def status_of(reason: RefusedFile) -> HTTPStatus:
    """Return how HTTP says why a file is not taken."""
    return STATUSES.get(reason.reason, HTTPStatus.UNPROCESSABLE_ENTITY)


def refused(said: str, status: HTTPStatus) -> AnyResponse:
    """Answer a script with words that it shows as they are."""
    response = private(make_response(said, status))
    response.mimetype = "text/plain"
    return response


@blueprint.post("/<locale:locale>/contact/files/waiting")
@limiter.limit(UPLOADS_PER_ADDRESS)
def waiting() -> AnyResponse:
    """Return the lines of those files that still wait, for a form that was left and opened again."""
    files = unsent(db.session(), request.form.getlist("file"))
    form = request.form.get("form")
    lines = [render_template("feedback/contact/_file.html", file=each, form=form) for each in files]
    return private("".join(lines))


@blueprint.post("/<locale:locale>/contact/files/<key>/remove")
@limiter.limit(UPLOADS_PER_ADDRESS)
def remove(key: str) -> AnyResponse:
    """Erase a file that was not sent; whoever knows its secret name may."""
    take_back(db.session(), key)
    return private(make_response("", HTTPStatus.NO_CONTENT))


def init_app(app: Flask) -> None:
    """Take files, and give templates what they say of them."""
    app.register_blueprint(blueprint)
    uploading.make_room(app, "uploads_of_customers.upload", uploading.ONE_FILE)
    uploading.make_room(app, "contact.send")
    app.jinja_env.globals.update(
        file_limits=file_words.allowed,
        file_kinds=ACCEPTED,
        file_most={"files": MAX_FILES, "bytes": MAX_FILE_BYTES},
        file_refusal=lambda reason, name: file_words.said(RefusedFile(Refusal(reason), name)),
    )
    app.jinja_env.filters["shown_size"] = file_words.shown_size
