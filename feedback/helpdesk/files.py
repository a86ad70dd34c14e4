"""Files of requests for a help desk that cannot be sent them: an address that opens for a while."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, send_file, url_for
from sqlalchemy import select

from feedback.requests.files.keeping import path_of
from feedback.requests.models import RequestFile
from kb.caching import KEPT_BY_NOBODY
from kb.db import db
from kb.signing import NotSigned, Signed

LENT = Signed("helpdesk.files", timedelta(days=30))  # a desk that was down still fetches them

blueprint = Blueprint("help_desk_files", __name__)


def lent(file: RequestFile) -> str:
    """Return an address by which the help desk fetches a file, for 30 days."""
    return url_for("help_desk_files.fetch", token=LENT.text(file.key), _external=True)


@blueprint.get("/hooks/help-desk/files/<token>")
def fetch(token: str) -> Response:
    """Give a file to whoever was lent its address; always as a download."""
    try:
        key = LENT.read(token)
    except NotSigned:
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
