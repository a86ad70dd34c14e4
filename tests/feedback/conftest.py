"""What several rooms of feedback test against."""

import sqlite3
from collections.abc import Iterator

import pytest
from flask import Flask

from kb.db import db


@pytest.fixture
def busy_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another connection that holds the write lock; ask for it after what is to be kept before."""
    monkeypatch.setattr("feedback.recording.PROMISE_WAIT_MS", 50)
    db.session.commit()
    other = sqlite3.connect(db.engine.url.database or "")
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.rollback()
    other.close()
