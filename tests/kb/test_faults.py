"""What an operator meets is said in a line, with what to do about it, by every command."""

import errno
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import IntegrityError

from kb.cli import main
from kb.faults import told


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that nothing has been put into."""
    monkeypatch.setenv("KB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", [("worker",), ("user", "list"), ("doctor",)])
def test_a_database_that_does_not_answer_is_named_without_its_password(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_DATABASE_URL", "postgresql+psycopg://kb:secret@127.0.0.1:1/kb")
    result = _run(*command)
    assert result.exit_code == 1
    assert "kb:***@127.0.0.1:1/kb" in result.output
    assert "KB_DATABASE_URL" in result.output
    assert "secret" not in result.output


def test_a_file_that_is_no_database_is_named(home: Path) -> None:
    (home / "kb.sqlite3").write_bytes(b"no database at all" * 400)
    result = _run("worker")
    assert f"{home}/kb.sqlite3" in result.output
    assert "Restore the file from a copy" in result.output


@pytest.mark.usefixtures("home")
def test_a_database_of_another_structure_is_told_how_to_get_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kb.schema.apply_migrations", lambda **_options: None)
    result = _run("user", "list")
    assert result.exit_code == 1
    assert "`kb serve` and `kb worker` bring it to the newest structure" in result.output


def test_a_home_that_is_a_file_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("KB_HOME", str(home / "file" / "kb"))
    result = _run("user", "list")
    assert f"Error: {home}/file/kb: Not a directory" in result.output
    assert "KB_HOME" in result.output


def test_a_file_elsewhere_says_nothing_of_the_home(tmp_path: Path) -> None:
    error = PermissionError(13, "Permission denied", str(tmp_path / "elsewhere"))
    assert told(error) == f"{tmp_path}/elsewhere: Permission denied."


def test_a_disk_without_room_is_told_whichever_file_it_was() -> None:
    error = OSError(errno.ENOSPC, "No space left on device")
    assert told(error) == "No space left on device: make room on the disk, then run this again."


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    assert not told(ValueError("wrong"))
    assert not told(IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")))


@pytest.mark.usefixtures("home")
def test_a_port_that_is_taken_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(_arbiter: object) -> None:
        raise SystemExit(1)  # as gunicorn does after five trials, with signals set by then

    monkeypatch.setattr("gunicorn.arbiter.Arbiter.start", ends)
    monkeypatch.setattr("kb.serving.prepare", lambda _app: None)
    result = _run("serve", "--port", "8123")
    assert result.exit_code == 1
    assert "Nothing can listen on 127.0.0.1:8123" in result.output
    assert "--port" in result.output


@pytest.mark.usefixtures("home")
def test_a_port_that_cannot_be_is_refused_before_anything_is_loaded() -> None:
    result = _run("serve", "--port", "99999")
    assert result.exit_code == 2
    assert "99999 is not in the range" in result.output


@pytest.mark.usefixtures("home")
def test_a_mailbox_that_does_not_answer_is_told_with_its_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KB_IMAP_URL", "imaps://name:secret@127.0.0.1:1")
    result = _run("mail", "fetch")
    assert result.exit_code == 1
    assert "the mailbox of KB_IMAP_URL cannot be read" in result.output
    assert "secret" not in result.output
