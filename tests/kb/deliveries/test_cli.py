"""Claims about `kb deliveries`."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from flask import Flask

from kb.config import Settings
from kb.db import db
from kb.deliveries import cli
from kb.deliveries.sending import deliver_due
from kb.webhooks.endpoints import Wanted, add
from kb.webhooks.events import announce
from tests.listening import Program, Says, listening


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With leave to reach this machine."""
    return settings.model_copy(update={"private_hosts": ("127.0.0.1",)})


@pytest.fixture
def program(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A program that is away, and a command line that works on this application."""
    monkeypatch.setattr(cli, "_application", lambda: app)
    with listening(lambda _heard: Says(503, b"later")) as found:
        add(Wanted(found.url, "CRM"))
        yield found


def test_status_says_what_waits_and_why_and_retry_sends_it(app: Flask, program: Program) -> None:
    announce("article.published", {})
    db.session.commit()
    deliver_due()
    said = CliRunner().invoke(cli.deliveries, ["status"]).output
    assert "CRM: 1 waiting since" in said
    assert "last answer: 503 later" in said
    failed = CliRunner().invoke(cli.deliveries, ["retry"])
    assert failed.exit_code == 1
    program.answering = lambda _heard: Says()
    done = CliRunner().invoke(cli.deliveries, ["retry"])
    assert done.output == "1 to be tried.\n1 delivered, 0 put off, 0 given up.\n"


def test_status_of_a_site_that_tells_nobody(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_application", lambda: app)
    assert "Nothing was ever sent" in CliRunner().invoke(cli.deliveries, ["status"]).output
