"""Files of requests for other programs: sent before the message that they go with, and fetched."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, Response, request, send_file, url_for
from sqlalchemy import select
from werkzeug.exceptions import UnsupportedMediaType

from articles.views import site_root
from feedback.contact.receiving import receive_from_staff, received_from_staff
from feedback.requests.api_frame import LOCATION, Created, operations, request_of
from feedback.requests.api_schemas import NewFile, RequestFileSchema, file_shown
from feedback.requests.files import uploading
from feedback.requests.files.inspecting import Refusal, RefusedFile
from feedback.requests.files.keeping import path_of
from feedback.requests.files.words import said
from feedback.requests.models import RequestFile
from kb.api.idempotence import idempotent
from kb.api.operations import scoped
from kb.api.problems import Problem, Wrong
from kb.api.scopes import Scope
from kb.db import db

BYTES = "application/octet-stream"
CONTENT = {BYTES: {"schema": {"type": "string", "format": "binary"}}}


@operations.post("/requests/<reference>/files")
@scoped(Scope.REQUESTS_WRITE)
@idempotent
@operations.arguments(NewFile, location="query")
@operations.response(201, RequestFileSchema, headers=LOCATION)
@operations.refuses(503, "There is no room for files just now.")
@operations.doc(
    requestBody={"required": True, "description": "What the file holds.", "content": CONTENT}
)
def create_file(new: Mapping[str, Any], reference: str) -> Created:
    """Send a file.

    It waits for a message that names its `key` in `files`; one that no message names within a day is
    erased. What may be sent is what customers may send: by its content, and up to 20 MB.
    """
    kept = request_of(reference)
    if request.mimetype != BYTES:
        raise UnsupportedMediaType
    try:
        file = receive_from_staff(io.BytesIO(request.get_data()), new["name"])
    except RefusedFile as refused:
        raise _problem(refused) from None
    where = url_for("rest_requests.read_file", reference=kept.reference, key=file.key)
    return file_shown(file), 201, {"Location": site_root() + where}


def _problem(refused: RefusedFile) -> Problem:
    words = said(refused, to_staff=True)
    if refused.reason is Refusal.TOO_LARGE:
        return Problem("too-large", words)
    if refused.reason is Refusal.NO_ROOM:
        return Problem("unavailable", words)
    return Problem("invalid", errors=[Wrong(words, pointer="#")])


def checked(keys: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of files that wait, and may go with one message; refuse others."""
    got = received_from_staff(keys, ())
    wrong = [Wrong(words, pointer="#/files") for words in got.refusals]
    if not wrong and set(got.keys) != set(keys):
        wrong.append(Wrong("No file that waits to be sent has this key.", pointer="#/files"))
    if wrong:
        raise Problem("invalid", errors=wrong)
    return got.keys


@operations.get("/requests/<reference>/files/<key>")
@scoped(Scope.REQUESTS_READ)
@operations.doc(responses={"200": {"description": "What the file holds.", "content": CONTENT}})
def read_file(reference: str, key: str) -> Response:
    """Read a file.

    Of any message of the request, and of the notes of the staff. Its name and kind stand in the request.
    """
    kept = request_of(reference)
    file = db.session.scalar(
        select(RequestFile).where(RequestFile.key == key, RequestFile.request_id == kept.id)
    )
    if file is None or not path_of(file.key).is_file():
        raise Problem("not-found", "This request has no such file.")
    return send_file(
        path_of(file.key), mimetype=BYTES, as_attachment=True, download_name=file.name, etag=False
    )


def init_app(app: Flask) -> None:
    """Let files be larger than what else is sent."""
    uploading.make_room(app, "rest_requests.create_file", uploading.ONE_FILE)
