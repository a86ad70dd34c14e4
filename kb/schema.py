"""The database's structure: migrations applied when the program starts, so that nobody has to."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade as apply_migrations
from sqlalchemy import inspect, text

from kb.db import db

MIGRATIONS = Path(__file__).parent / "migrations"
UNMODELLED = "request_words"  # in the names of full-text indexes, each database its own


@cache
def head() -> str:
    """Return the newest migration's identifier."""
    found = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert found is not None, "the project ships its migrations"
    return found


def current() -> str | None:
    """Return the migration that the database is at, None for an empty database."""
    if not inspect(db.engine).has_table("alembic_version"):
        return None
    with db.engine.connect() as connection:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_modelled(name: str | None, kind: str, parents: Any) -> bool:  # noqa: ARG001  (as Alembic asks)
    """Tell whether a table, column or index of the database is one that models describe."""
    return kind not in {"table", "column", "index"} or UNMODELLED not in (name or "")


def ensure(app: Flask) -> None:
    """Bring the database to the newest structure; cheap when it is there already."""
    with app.app_context():
        if current() != head():
            apply_migrations(directory=str(MIGRATIONS))
