"""What is noted while people search and read: it is their browsers that say how long they read.

The address takes no CSRF token, because public pages are the same bytes for everyone; instead it is
closed to other origins.
"""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, make_response, request
from werkzeug.wrappers import Response

from articles.views import find
from feedback.models import Channel
from feedback.recording import enter_read, enter_search, note_read, note_search, shown_by
from feedback.spool import events
from feedback.visitors import current_visitor, remember
from kb.extensions import csrf, limiter
from search.results import Results
from search.signals import search_performed

READINGS_PER_ADDRESS = "600 per minute"  # whole offices share one: this only stops a flood
MAX_RANK = 1_000

blueprint = Blueprint("watching", __name__)
csrf.exempt(blueprint)


@blueprint.errorhandler(HTTPStatus.TOO_MANY_REQUESTS)
def too_many(_error: Exception) -> Response:
    """Refuse without words: a script asks, and nobody reads them."""
    return make_response("", HTTPStatus.TOO_MANY_REQUESTS)


@blueprint.post("/<locale:locale>/events/read")
@limiter.limit(READINGS_PER_ADDRESS)
def read() -> Response:
    """Note that an article was opened, or has been read for so many seconds."""
    translation = find(request.form.get("article", ""))
    if translation is None:
        abort(HTTPStatus.NOT_FOUND)
    visitor = current_visitor(request)
    note_read(
        visitor,
        translation,
        query=request.form.get("q", ""),
        rank=_within(request.form.get("rank", type=int), 1, MAX_RANK),
        seconds=_within(request.form.get("seconds", type=int), 0, None) or 0,
    )
    response = make_response("", HTTPStatus.NO_CONTENT)
    response.headers["Cache-Control"] = "no-store"
    if not visitor.is_private:
        remember(response, visitor, request)
    return response


def _within(number: int | None, least: int, most: int | None) -> int | None:
    is_sound = number is not None and number >= least and (most is None or number <= most)
    return number if is_sound else None


def on_search(
    _sender: Flask,
    *,
    query: str,
    locale: str,
    results: Results,
    page: int,
    channel: str = Channel.SITE,
    **_more: object,
) -> None:
    """Note a search made within a request, on the site or through another of its doors."""
    note_search(
        current_visitor(request),
        query=query,
        locale=locale,
        shown=shown_by(results),
        page=page,
        channel=Channel(channel),
    )


def init_app(app: Flask) -> None:
    """Take readings, and listen for searches."""
    app.register_blueprint(blueprint)
    search_performed.connect(on_search)
    events.register(app, "search", enter_search)
    events.register(app, "read", enter_read)
