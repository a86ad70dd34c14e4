"""`/healthz`: the process lives. `/readyz`: what it can serve right now."""

import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from flask import Flask, Response, jsonify
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
        failed = any(check.state == "failed" for check in checks)
        return jsonify(ready=not failed, checks=[asdict(check) for check in checks]), (
            503 if failed else 200
        )
