"""Pages for what went wrong, for visitors and for colleagues."""

import errno
import sqlite3
from collections.abc import Callable
from http import HTTPStatus

import pytest
import structlog.testing
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from kb.accounts.models import RoleName
from kb.security import is_same_origin

SignIn = Callable[[RoleName | None], FlaskClient]
DESK = 'href="/studio/"'
PERSON = "Rather talk to a person?"
ENGLISH = {"Accept-Language": "en"}


def test_a_colleague_is_shown_the_way_to_the_desk_and_not_to_themselves(sign_in: SignIn) -> None:
    answer = sign_in(RoleName.WRITER).get("/studio/audit", headers=ENGLISH)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert DESK in answer.text
    assert PERSON not in answer.text


@pytest.mark.parametrize("role", [None, RoleName.WRITER])
def test_an_address_that_leads_nowhere_offers_the_desk_to_colleagues_alone(
    sign_in: SignIn, role: RoleName | None
) -> None:
    answer = sign_in(role).get("/en/nowhere", headers=ENGLISH)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert (DESK in answer.text) is (role is not None)
    assert (PERSON in answer.text) is (role is None)


def test_a_disk_that_takes_nothing_is_told_wherever_it_shows(
    app: Flask, client: FlaskClient
) -> None:
    @app.get("/en/broken")
    def broken() -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    @app.get("/api/v1/broken")
    def broken_for_programs() -> str:
        full = sqlite3.OperationalError("database or disk is full")
        raise OperationalError("INSERT", {}, full)

    page = client.get("/en/broken")
    assert page.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "The server can write nothing more to its disk" in page.text
    problem = client.get("/api/v1/broken")
    assert problem.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert problem.json is not None
    assert problem.json["detail"].startswith("Nothing was kept.")


def test_what_another_site_sends_is_not_blamed_on_the_role(client: FlaskClient) -> None:
    sent = {"Sec-Fetch-Site": "cross-site", **ENGLISH}
    answer = client.post("/en/contact", headers=sent)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "a page of another site has sent it" in answer.text
    assert "your role" not in answer.text


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        (None, True),
        ("http://localhost", True),
        ("https://help.example", True),
        ("https://evil.example", False),
        ("https://help.example.evil.example", False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_a_browser_that_only_names_the_origin_is_from_here_or_not(
    app: Flask, origin: str | None, is_own: bool
) -> None:
    settings = app.extensions["kb_settings"]
    app.extensions["kb_settings"] = settings.model_copy(update={"site_url": "https://help.example"})
    headers = {} if origin is None else {"Origin": origin}
    with app.test_request_context("/", headers=headers):
        assert is_same_origin() is is_own


def test_a_failure_is_logged_without_what_opens_something(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(reference: str, secret: str) -> str:
        raise RuntimeError(reference, len(secret))

    monkeypatch.setitem(app.view_functions, "request_doors.link", fail)
    app.testing = False
    with structlog.testing.capture_logs() as lines:
        assert client.get("/en/requests/K7MQ-4XTP/open/s3cret-of-a-link").status_code == 500
    assert [line["path"] for line in lines if "path" in line] == ["/en/requests/K7MQ-4XTP/open/…"]
