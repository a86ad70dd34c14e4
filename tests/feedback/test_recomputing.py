"""Claims about figures whose events leave the site: exported and read again, or erased by age."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, func, insert, inspect, select

from articles.importing import ImportOptions, import_folder
from feedback.days import ReportDay
from feedback.models import BotReason, SearchIntent, Visit
from feedback.privacy.cli import privacy
from feedback.privacy.holdings import EVENTS
from feedback.privacy.retention import keep_retention
from feedback.reports import rollups
from feedback.reports.filters import Filters
from feedback.reports.overview import overview
from feedback.reports.periods import Period
from kb.config import Settings
from kb.db import Base, UtcDateTime, db
from kb.demo.cli import ARTICLES
from kb.demo.crowd.robots import CROWD_VISITORS
from kb.demo.crowd.simulation import CROWD_DAYS_AGO, simulate
from kb.factory import create_app

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = CROWD_DAYS_AGO + 1  # so that all kinds of programs come
ALL_DAYS = Filters(Period(NOW - timedelta(days=DAYS + 1), NOW))
FROM_EVENTS = {"deflection_confirmed", "deflection_implicit", "deflection_upper"}
"""Read from the visits themselves: erased with them."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: bytes) -> Path:
    """A home with some days of simulated visitors."""
    home = tmp_path_factory.mktemp("told")
    (home / "kb.sqlite3").write_bytes(_migrated_sqlite)
    with site(home).app_context():
        import_folder(ARTICLES, options=ImportOptions(source="clairson"))
        simulate(days=DAYS, now=NOW)
        rollups.refresh(NOW)
        db.session.remove()
        db.engine.dispose()
    return home


def site(home: Path) -> Flask:
    return create_app(Settings(home=home, embedding_model="off", indexer="off", log_level="ERROR"))


@pytest.fixture
def app(told: Path, tmp_path: Path) -> Iterator[Flask]:
    """A site of its own with those visitors."""
    (tmp_path / "kb.sqlite3").write_bytes((told / "kb.sqlite3").read_bytes())
    app = site(tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def figures() -> dict[str, tuple[Any, ...]]:
    db.session.expire_all()
    seen = overview(ALL_DAYS, NOW).figures
    return {key: (each.value, each.lower, each.upper, each.counts) for key, each in seen.items()}


def exported(app: Flask, file: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr("feedback.privacy.cli._app", lambda: app)
    answer = CliRunner().invoke(privacy, ["export", "--all", str(file)], catch_exceptions=False)
    assert answer.exit_code == 0
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


DERIVED = {
    SearchIntent.__tablename__: ("outcome", "subject_id"),
    "contact_attempt": ("subject_id",),
}


def entered(line: dict[str, Any], model: type[Base]) -> dict[str, Any]:
    """Return a row of an event: what was worked out is left out, but for programs' own names."""
    row = {name: value for name, value in line.items() if name != "table"}
    columns = inspect(model).columns
    for name, value in row.items():
        if value is not None and isinstance(columns[name].type, UtcDateTime):
            row[name] = datetime.fromisoformat(value)
        elif value is not None and hasattr(columns[name].type, "enum_class"):
            row[name] = columns[name].type.enum_class(value)
    for name in DERIVED.get(line["table"], ()):
        row[name] = None
    if model is Visit:
        row["settled_at"] = None
        if row["bot_reason"] is not BotReason.NAME:
            row |= {"is_bot": False, "bot_reason": None}
    return row


def forget_everything() -> None:
    for name, table in Base.metadata.tables.items():
        if name in {model.__tablename__ for model in EVENTS} or name.endswith("_day"):
            db.session.execute(delete(table))
    db.session.commit()


def test_everything_can_be_worked_out_again_from_the_exported_events(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures()
    lines = exported(app, tmp_path / "events.jsonl", monkeypatch)
    forget_everything()
    assert figures() != before
    for model in EVENTS:
        rows = [entered(each, model) for each in lines if each["table"] == model.__tablename__]
        db.session.execute(insert(model), rows)
    db.session.commit()
    rollups.recompute(NOW)
    assert figures() == before
    marked = select(func.count()).where(Visit.bot_reason == BotReason.CROWD)
    assert db.session.scalar(marked) == CROWD_VISITORS


def test_figures_stay_as_they_were_when_their_events_are_erased_by_age(app: Flask) -> None:
    before = figures()
    retention = timedelta(days=app.extensions["kb_settings"].retention_days)
    keep_retention(NOW + retention - timedelta(days=4))
    assert db.session.scalar(select(func.count(Visit.id)).where(Visit.started_at < NOW)) != 0
    frozen = select(func.count()).where(ReportDay.is_frozen.is_(True))
    assert (db.session.scalar(frozen) or 0) >= DAYS - 5
    after = figures()
    assert {key for key in before if before[key] != after[key]} <= FROM_EVENTS
