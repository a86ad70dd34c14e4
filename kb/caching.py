"""What caches may keep of an answer that is made for one person: nothing."""

from http import HTTPStatus

from flask import Response, make_response
from werkzeug.wrappers import Response as AnyResponse

KEPT_BY_NOBODY = "private, no-store"


def private(answer: str | AnyResponse, status: HTTPStatus | None = None) -> Response:
    """Return a page or answer that no cache keeps, not even that of the browser."""
    response = make_response(answer) if status is None else make_response(answer, status)
    response.headers["Cache-Control"] = KEPT_BY_NOBODY
    return response
