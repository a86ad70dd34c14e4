"""What one process publishes, its own search finds, without anybody asking for it."""

import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from articles.publishing import archive, commit_changes
from kb.cli import main
from kb.config import Settings
from kb.db import db
from search import sync
from tests import factories


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"indexer": "thread"})


def _found(app: Flask, words: str) -> list[str]:
    return [hit.title for hit in app.extensions["kb_search"].search(words, locale="en").hits]


def test_a_command_leaves_the_index_up_to_date(app: Flask) -> None:
    factories.article("Reset a lamp")
    assert _found(app, "reset lamp") == ["Reset a lamp"]


def test_a_command_takes_what_it_archives_out_of_the_index(app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    factories.article("Pair a speaker")
    archive(lamp)
    commit_changes()
    assert _found(app, "reset lamp") == []


def test_a_server_finds_a_publication_by_itself(app: Flask) -> None:
    sync.start(app)
    try:
        factories.article("Reset a lamp")
        deadline = time.monotonic() + 120  # for a busy machine; nothing here measures time
        while not _found(app, "reset lamp") and time.monotonic() < deadline:
            time.sleep(0.02)
        assert _found(app, "reset lamp") == ["Reset a lamp"]
    finally:
        sync.indexer(app).stop()


def test_a_suggestion_that_was_just_archived_is_not_shown(app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    client = app.test_client()
    assert "a lamp" in client.get("/en/suggest?q=rese").text
    archive(lamp)
    db.session.commit()  # not commit_changes(): the index does not hear of it
    assert "a lamp" not in client.get("/en/suggest?q=rese").text


@pytest.fixture
def shell(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A shell whose environment names the site under test."""
    db.session.rollback()  # what a test has left open must not block the commands
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    assert app
    return CliRunner()


def test_a_search_without_an_index_makes_one_and_says_so(shell: CliRunner, app: Flask) -> None:
    factories.article("Reset a lamp")
    shutil.rmtree(sync.indexer(app).home)
    result = shell.invoke(main, ["search", "--locale", "en", "reset", "lamp"])
    assert "Reset a lamp" in result.stdout
    assert "no index" in result.stderr


def test_a_search_in_a_language_that_the_site_has_not_is_refused(shell: CliRunner) -> None:
    result = shell.invoke(main, ["search", "--locale", "xx", "lamp"])
    assert result.exit_code == 2
    assert "'xx' is not a language of the site: fr, en" in result.stderr


@pytest.mark.parametrize("command", [["search", "lamp"], ["reindex"]])
def test_commands_of_search_need_no_database_made_before(
    command: list[str], shell: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("KB_DATABASE_URL", "")
    assert shell.invoke(main, command).exit_code == 0
