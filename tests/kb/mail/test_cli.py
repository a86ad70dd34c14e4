"""`kb mail`, as an operator uses it."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kb.config import Settings
from kb.db import db
from kb.mail import outbox
from kb.mail.cli import mail
from tests.postbox import Postbox

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command on the site of the test."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_CONTACT_EMAIL", settings.contact_email)
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_INDEXER", "off")
    monkeypatch.setenv("KB_LOG_LEVEL", "ERROR")

    def command(*words: str, smtp_url: str = "") -> Result:
        monkeypatch.setenv("KB_SMTP_URL", smtp_url)
        return CliRunner().invoke(mail, words)

    return command


def _put_in() -> None:
    outbox.send("bob@clairson.example", kind="request", subject="Lamp", text="It blinks.")
    db.session.commit()


def test_status_says_what_waits_and_what_is_to_be_set(run: Run) -> None:
    _put_in()
    answer = run("status")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("1 waiting, since ")
    assert "to be set: KB_SMTP_URL names no server" in answer.output


def test_a_trial_goes_past_the_outbox_and_says_what_the_server_said(
    run: Run, postbox: Postbox
) -> None:
    answer = run("test", "omar@clairson.example", smtp_url=postbox.url)
    assert answer.exit_code == 0, answer.output
    assert [message["To"] for message in postbox.messages] == ["omar@clairson.example"]
    postbox.recipient_says["gone@clairson.example"] = "550 nobody here"
    answer = run("test", "gone@clairson.example", smtp_url=postbox.url)
    assert answer.exit_code == 1
    assert "550 nobody here" in answer.output
    assert run("test", "nobody", smtp_url=postbox.url).exit_code == 1
    assert "0 waiting" in run("status").output


def test_retry_sends_at_once_what_waits(run: Run, postbox: Postbox) -> None:
    _put_in()
    answer = run("retry", smtp_url=postbox.url)
    assert answer.exit_code == 0, answer.output
    assert "1 sent, 0 put off, 0 given up." in answer.output
    assert len(postbox.messages) == 1


@pytest.mark.parametrize("words", [("test", "omar@clairson.example"), ("retry",)])
def test_without_a_server_it_says_which_setting_is_missing(
    run: Run, words: tuple[str, ...]
) -> None:
    answer = run(*words)
    assert answer.exit_code == 1
    assert "KB_SMTP_URL" in answer.output
