"""CORS: scripts of any site may use the public part, without anybody's cookies or keys."""

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from kb.api.problems import is_for_programs

READABLE = (
    "ETag, Idempotency-Replayed, Link, Location, Retry-After, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset"
)
# No Authorization: a key in the scripts of a page is everybody's.
SENDABLE = "Content-Type, Idempotency-Key, If-None-Match, X-Customer-Token, X-KB-Visitor"
PREFLIGHT_SECONDS = 86_400


def allow(response: Response) -> Response:
    """Let scripts of other sites read the answers of open operations, and ask whether they may."""
    if not is_for_programs():
        return response
    if request.method == "OPTIONS":
        if _is_open(_asked_for()):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
            response.headers["Access-Control-Allow-Headers"] = SENDABLE
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    elif _is_open(request.endpoint):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = READABLE
    return response


def _asked_for() -> str | None:
    """Return the operation that a preflight asks about."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        endpoint: str
        endpoint, _values = adapter.match(
            method=request.headers.get("Access-Control-Request-Method", "GET")
        )
    except HTTPException:
        return None
    return endpoint


def _is_open(endpoint: str | None) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "is_open", False)


def init_app(app: Flask) -> None:
    """Add the headers to what the API answers."""
    app.after_request(allow)
