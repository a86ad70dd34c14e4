"""Files of requests, downloaded by whoever may see the request."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, abort, send_file
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from feedback.requests.files import uploading
from feedback.requests.files.keeping import address, files_of, forget_unsent, is_shown, path_of
from feedback.requests.models import ContactRequest, RequestFile, RequestMessage
from feedback.requests.references import spelt
from feedback.requests.sender.access import may_see
from kb.caching import KEPT_BY_NOBODY
from kb.db import db
from kb.rights import Right, holds
from kb.worker import tasks

EVERY = timedelta(hours=1)
# Whatever a file holds, it runs nothing and fetches nothing, should a browser open it all the same.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

blueprint = Blueprint("request_files", __name__)


@blueprint.get("/<locale:locale>/requests/<reference>/files/<key>/<path:filename>")
def download(reference: str, key: str, filename: str) -> AnyResponse:  # noqa: ARG001  # for people
    """Send a file: pictures to be shown, everything else to be saved."""
    file = db.session.scalar(
        select(RequestFile)
        .join(ContactRequest, ContactRequest.id == RequestFile.request_id)
        .where(RequestFile.key == key, ContactRequest.reference == spelt(reference))
    )
    if file is None or not _may_read(file):
        abort(HTTPStatus.NOT_FOUND)  # whether there is such a file is nobody else's business
    path = path_of(file.key)
    if not path.is_file():
        abort(HTTPStatus.GONE)
    response = send_file(
        path,
        mimetype=file.media_type,
        as_attachment=not is_shown(file),
        download_name=file.name,
        conditional=True,
        etag=file.digest,
    )
    response.headers["Cache-Control"] = KEPT_BY_NOBODY
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _may_read(file: RequestFile) -> bool:
    """Tell whether a file is for whoever asks: what came with a note is for the staff alone."""
    message = db.session.get(RequestMessage, file.message_id) if file.message_id else None
    if message is not None and message.is_note:
        return holds(current_user, Right.ANSWER_REQUESTS)
    return may_see(db.session.get_one(ContactRequest, file.request_id))


def init_app(app: Flask) -> None:
    """Serve the files, and forget those that nobody sent."""
    app.register_blueprint(blueprint)
    uploading.init_app(app)
    tasks.register(app, "request-files", EVERY, forget_unsent)
    app.jinja_env.globals.update(file_address=address, request_files=files_of)
