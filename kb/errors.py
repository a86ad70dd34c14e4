"""Pages for what went wrong: what happened, what was kept, what to do."""

import unicodedata
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from kb import disk
from kb.api import problems
from kb.db import db
from kb.locales import current_locale, settings
from kb.security import SentFromElsewhere

log = structlog.get_logger(__name__)


def locale_of_path() -> str:
    """Return the language that the address starts with, even where no route matches it."""
    first = request.path.split("/", 2)[1]
    return first if first in settings().locales else current_locale()


def asked_words() -> str:
    """Return what an address that leads nowhere seems to ask for, as words to search."""
    segments = [part for part in _printable(request.path).split("/") if part]
    if segments and segments[0] in settings().locales:
        segments = segments[1:]
    return " ".join(
        (segments[-1] if segments else "").rsplit(".", 1)[0].replace("_", "-").split("-")
    )


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)


def page(code: int, reason: str | LazyString = "") -> Response:
    """Render the page for a status code, in the visitor's language; so is a lazy reason."""
    g.locale = locale_of_path()
    with force_locale(g.locale):
        html = render_template("error.html", code=code, reason=reason, asked=asked_words())
    response = make_response(html, code)
    response.headers["Cache-Control"] = "no-store"
    return response


def _path() -> str:
    """Return the address for a log, without what would open something to its reader."""
    path = request.path
    for name in ("secret", "token"):
        path = path.replace((request.view_args or {}).get(name) or "\0", "…")
    return path


def _found_elsewhere(app: Flask) -> AnyResponse | None:
    """Return where the page went that is not here, if any part of the program knows."""
    if request.method not in {"GET", "HEAD"}:
        return None
    seekers = app.extensions.get("kb_when_nothing_is_found", ())
    return next((found for seek in seekers if (found := seek()) is not None), None)


def _unexpected(app: Flask, error: Exception) -> Response:
    db.session.rollback()  # a page reads from the database, which a broken commit would not let it
    if disk.takes_nothing(error):
        return _not_written(error)
    if app.testing or app.debug:
        raise error
    log.error("request failed", path=_path(), exc_info=error)
    return problems.unexpected() if problems.is_for_programs() else page(500)


def _not_written(error: Exception) -> Response:
    """Say that nothing was kept, and that only whoever runs the site can mend it."""
    log.error("nothing can be written", path=_path(), reason=str(error))
    if problems.is_for_programs():
        return problems.answer(problems.Problem("unavailable"))
    said = _l(
        "The server can write nothing more to its disk. What you typed is still on the page before: go "
        "back, and tell whoever runs the site."
    )
    return page(HTTPStatus.SERVICE_UNAVAILABLE, said)


def init_app(app: Flask) -> None:
    """Register the pages."""

    @app.errorhandler(CSRFError)
    def expired_form(error: CSRFError) -> Response:
        return page(400, error.description or "")

    @app.errorhandler(SentFromElsewhere)
    def sent_from_elsewhere(_error: SentFromElsewhere) -> Response:
        said = _l("Your browser says that a page of another site has sent it.")
        return page(HTTPStatus.FORBIDDEN, said)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> AnyResponse | HTTPException:
        if error.code is None or error.code < 400:
            return error
        if problems.is_for_programs():
            return problems.answer(error)
        if error.code == HTTPStatus.NOT_FOUND and (found := _found_elsewhere(app)) is not None:
            return found
        response = page(error.code)
        if retry := error.get_response().headers.get("Retry-After"):
            response.headers["Retry-After"] = retry
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        return _unexpected(app, error)
