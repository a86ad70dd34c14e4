"""Files of requests for a help desk that cannot be sent them: an address that opens for a while."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, send_file, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from feedback.requests.files import path_of
from feedback.requests.models import RequestFile
from kb.caching import KEPT_BY_NOBODY
from kb.db import db

LENT_SECONDS = 30 * 86_400  # a desk that was down for days still fetches them

blueprint = Blueprint("help_desk_files", __name__)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="helpdesk.files")


def lent(file: RequestFile) -> str:
    """Return an address by which the help desk fetches a file, for 30 days."""
    return url_for("help_desk_files.fetch", token=_serializer().dumps(file.key), _external=True)


@blueprint.get("/hooks/help-desk/files/<token>")
def fetch(token: str) -> Response:
    """Give a file to whoever was lent its address; always as a download."""
    try:
        key = _serializer().loads(token, max_age=LENT_SECONDS)
    except BadSignature:
        abort(HTTPStatus.NOT_FOUND)
    kept = db.session.scalar(select(RequestFile).where(RequestFile.key == key))
    if kept is None or not path_of(kept.key).is_file():
        abort(HTTPStatus.NOT_FOUND)
    response = send_file(
        path_of(kept.key),
        mimetype=kept.media_type,
        as_attachment=True,
        download_name=kept.name,
        max_age=0,
    )
    response.headers["Cache-Control"] = KEPT_BY_NOBODY
    return response
