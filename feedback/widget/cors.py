"""Who may ask the widget's endpoints: pages of this site, and of the sites on the list.

No cookie is read or set here, so that nothing is done in anybody's name. A refusal may be read by the
page that is refused: its console says what to do.
"""

from http import HTTPStatus

import structlog
from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from feedback.widget.sites import allowed_origins
from kb.caching import KEPT_BY_NOBODY
from kb.security import is_same_origin

PREFLIGHT_SECONDS = 7_200  # the longest that browsers keep it
CUSTOMER_HEADER = "X-Customer-Token"

log = structlog.get_logger(__name__)


def may_ask() -> bool:
    """Tell whether the page that asks may carry the widget."""
    return is_same_origin() or request.headers.get("Origin", "") in allowed_origins()


def init_blueprint(blueprint: Blueprint) -> None:
    """Guard every endpoint of a blueprint."""
    blueprint.before_request(_refuse_strangers)
    blueprint.after_request(_say_who_may_read)
    blueprint.register_error_handler(HTTPException, _failed)
    blueprint.register_error_handler(Exception, _broken)


def _refuse_strangers() -> Response | None:
    if request.method == "OPTIONS" or may_ask():
        return None
    answer = jsonify(
        error="not-allowed",
        message=_(
            "%(origin)s is not on the list of sites that may carry this widget. It is kept in the studio, under Widget.",
            origin=request.headers.get("Origin", "-"),
        ),
    )
    answer.status_code = HTTPStatus.FORBIDDEN
    return answer


def _say_who_may_read(response: Response) -> Response:
    response.headers["Cache-Control"] = KEPT_BY_NOBODY
    response.headers["Vary"] = "Origin"
    origin = request.headers.get("Origin")
    if origin is None:
        return response
    if request.method == "OPTIONS":
        if not may_ask():
            return response
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = CUSTOMER_HEADER
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    response.headers["Access-Control-Allow-Origin"] = origin
    return response


def _failed(error: HTTPException) -> Response:
    answer = jsonify(error=(error.name or "error").lower().replace(" ", "-"))
    answer.status_code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if retry := error.get_response().headers.get("Retry-After"):
        answer.headers["Retry-After"] = retry
    return answer


def _broken(error: Exception) -> Response:
    log.error("request of the widget failed", path=request.path, exc_info=error)
    answer = jsonify(error="broken")
    answer.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    return answer
