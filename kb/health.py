"""`/healthz`: the process lives. `/readyz`: what it can serve right now.

`/readyz?loaded` says not to be ready, besides, while something is still loading: a server that is to
take the place of another is waited for; a server that alone serves the site need not be.
"""

import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from flask import Flask, Response, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kb.db import db

_FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^/\s'\"]+/)*(?=[^/\s])")  # before the name of a file


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `degraded` means: it works, with less."""

    name: str
    state: str  # "ok", "degraded" or "failed"
    detail: str = ""
    is_loading: bool = False  # with less for some seconds, and whole by itself


def register(app: Flask, check: Callable[[], Check]) -> None:
    """Add a check, run at each `/readyz` and by `kb doctor`."""
    app.extensions.setdefault("kb_checks", []).append(check)


def register_slow(app: Flask, check: Callable[[], Check]) -> None:
    """Add a check that takes seconds: `kb doctor` runs it, before the others."""
    app.extensions.setdefault("kb_slow_checks", []).append(check)


def run(app: Flask, *, slow: bool = False) -> list[Check]:
    """Run every check, those that take seconds only where asked for."""
    chosen = app.extensions.get("kb_slow_checks", []) if slow else []
    return [check() for check in (*chosen, *app.extensions.get("kb_checks", []))]


def reason(error: SQLAlchemyError) -> str:
    """Return what the database's driver says, in one line."""
    return " ".join(str(error.__cause__ or error).split())


def without_paths(detail: str, home: Path) -> str:
    """Return a detail with only the names of files: who asks may be anybody."""
    return _FOLDERS.sub("", detail.replace(f"{home}{os.sep}", ""))


def _database() -> Check:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return Check("database", "failed", reason(error))
    return Check("database", "ok", db.engine.dialect.name)


def init_app(app: Flask) -> None:
    """Serve both addresses."""
    register(app, _database)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        checks = run(app)
        home: Path = app.extensions["kb_settings"].home
        checks = [replace(each, detail=without_paths(each.detail, home)) for each in checks]
        is_loading = any(check.is_loading for check in checks)
        failed = any(check.state == "failed" for check in checks)
        ready = not (failed or (is_loading and "loaded" in request.args))
        told = [asdict(check) for check in checks]
        return jsonify(ready=ready, loading=is_loading, checks=told), 200 if ready else 503
