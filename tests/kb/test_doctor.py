"""`kb doctor` and every command say what is wrong with a setting, in one line and no traceback."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.cli import main
from kb.config import Settings
from kb.factory import create_app
from kb.schema import ensure
from search import sync

BAD = {
    "KB_ACCENT_HUE": "999",
    "KB_CONTACT_HOURS": "noon",
    "KB_DATABASE_URL": "nosuchdatabase://secret@host/kb",
    "KB_LOCALES": "fr,xx",
    "KB_LOGO": "/no/such/logo.svg",
    "KB_TIMEZONE": "Mars/Olympus",
    "KB_VOTE_LIMIT": "lots",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site that is ready, as the environment's settings name it."""
    monkeypatch.setenv("KB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("KB_INDEXER", "off")
    app = create_app(Settings())
    ensure(app)
    with app.app_context():
        sync.reconcile(app)
    return tmp_path / "home"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def _line(result: Result, name: str) -> str:
    return next(line for line in result.output.splitlines() if name in line.split()[:2])


@pytest.mark.usefixtures("home")
def test_of_a_healthy_site_every_line_is_ok() -> None:
    result = _run("doctor")
    assert {line.split()[0] for line in result.output.splitlines()} == {"ok"}
    assert result.exit_code == 0


@pytest.mark.usefixtures("home")
def test_a_model_that_cannot_be_loaded_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "nonexistent")
    result = _run("doctor")
    assert _line(result, "model").startswith("failed")
    assert result.exit_code == 1


@pytest.mark.usefixtures("home")
def test_a_database_that_does_not_answer_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DATABASE_URL", "postgresql+psycopg://kb@127.0.0.1:1/kb")
    result = _run("doctor")
    assert _line(result, "schema").startswith("failed")
    assert _line(result, "database").startswith("failed")


def test_a_home_that_cannot_be_made_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KB_HOME", str(tmp_path / "file"))
    assert _line(_run("doctor"), "home").startswith("failed")


@pytest.mark.parametrize(("name", "value"), BAD.items())
def test_doctor_has_a_failed_line_for_a_bad_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = _run("doctor")
    assert _line(result, name).startswith("failed")
    assert result.exit_code == 1


@pytest.mark.parametrize(("name", "value"), BAD.items())
def test_other_commands_name_a_bad_setting_and_end(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = _run("reindex")
    assert f"Error: {name}: " in result.output
    assert isinstance(result.exception, SystemExit)


def test_a_password_in_a_bad_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DATABASE_URL", BAD["KB_DATABASE_URL"])
    assert "secret" not in _run("doctor").output


def test_several_bad_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KB_ACCENT_HUE", "KB_LOCALES"):
        monkeypatch.setenv(name, BAD[name])
    assert len(_run("doctor").output.splitlines()) == 2
