"""The frame of the API put in place, and what parts of the program register with it."""

from datetime import timedelta

from flask import Flask, Response, current_app, request

from kb.accounts import api as users
from kb.api import callers, crossing, docs_views, idempotence, keys_views, limits
from kb.api.operations import Blueprint
from kb.api.problems import is_for_programs
from kb.worker import tasks

KEPT_BY_CALLER = "private, no-cache"
# Callers ask again each time (a 304 costs little); shared caches may hold an answer for a minute.
KEPT_BY_ALL = "public, max-age=0, s-maxage=60, must-revalidate"
PERSONAL = ("Authorization", "X-Customer-Token")  # headers that say for whom an answer is made


def init_app(app: Flask) -> None:
    """Prepare for the parts of the API, which are registered later. Called before they are."""
    app.extensions["kb_api"] = {}
    app.json.sort_keys = False  # type: ignore[attr-defined]  # in the order that schemas declare
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.before_request(callers.forget_sessions)
    app.after_request(_say_who_keeps)
    limits.init_app(app)
    crossing.init_app(app)
    docs_views.init_app(app)
    keys_views.init_app(app)
    tasks.register(app, "api-cleaning", timedelta(days=1), idempotence.clean)
    register(app, users.operations)


def register(app: Flask, part: Blueprint) -> None:
    """Serve a part of the API and describe it."""
    app.extensions["kb_api"][part.name] = part
    app.register_blueprint(part)


def _is_same_for_all() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    is_personal = any(name in request.headers for name in PERSONAL)
    return getattr(view, "is_same_for_all", False) and not is_personal


def _say_who_keeps(response: Response) -> Response:
    """Let shared caches keep what is the same for everybody, and nothing else."""
    if is_for_programs() and request.method in {"GET", "HEAD"}:
        response.vary.update(PERSONAL)
        is_same = _is_same_for_all() and response.status_code in {200, 304}
        response.headers.setdefault("Cache-Control", KEPT_BY_ALL if is_same else KEPT_BY_CALLER)
    return response
