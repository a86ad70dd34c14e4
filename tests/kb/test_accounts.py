"""Claims about signing in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from tests.conftest import PASSWORD

LEA = "lea@clairson.example"
PER_ACCOUNT, PER_ADDRESS = 10, 30


@pytest.fixture(autouse=True)
def _lea(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    add_user(LEA, PASSWORD, RoleName.WRITER)


def attempt(
    client: FlaskClient, email: str = LEA, password: str = "wrong", address: str = "192.0.2.1"
) -> TestResponse:
    return client.post(
        "/studio/sign-in",
        data={"email": email, "password": password},
        headers={"Accept-Language": "en"},
        environ_base={"REMOTE_ADDR": address},
    )


def refuse_account(client: FlaskClient) -> None:
    """Use up the attempts of one account, each from another address."""
    for number in range(PER_ACCOUNT):
        assert attempt(client, address=f"198.51.100.{number}").status_code == 200


def test_guesses_for_one_account_end_whatever_address_they_come_from(client: FlaskClient) -> None:
    refuse_account(client)
    assert attempt(client, address="203.0.113.1").status_code == 429


def test_another_spelling_of_the_account_gives_no_more_guesses(client: FlaskClient) -> None:
    refuse_account(client)
    assert attempt(client, email=f" {LEA.upper()}").status_code == 429


def test_guesses_in_json_count_like_those_of_the_form(client: FlaskClient) -> None:
    refuse_account(client)
    answer = client.post("/studio/sign-in", json={"email": LEA, "password": "wrong"})
    assert answer.status_code == 429


def test_guesses_from_one_address_end_whatever_account_they_are_for(client: FlaskClient) -> None:
    for number in range(PER_ADDRESS):
        assert attempt(client, email=f"{number}@clairson.example").status_code == 200
    assert attempt(client).status_code == 429


def test_even_the_right_password_waits_then(client: FlaskClient) -> None:
    refuse_account(client)
    assert attempt(client, password=PASSWORD).status_code == 429


def test_others_may_sign_in_meanwhile(client: FlaskClient) -> None:
    refuse_account(client)
    add_user("max@clairson.example", PASSWORD, RoleName.WRITER)
    assert attempt(client, "max@clairson.example", PASSWORD).status_code == 302


def test_right_passwords_are_not_counted(app: Flask) -> None:
    statuses = {
        attempt(app.test_client(), password=PASSWORD).status_code for _ in range(PER_ADDRESS + 1)
    }
    assert statuses == {302}


def test_the_refusal_says_when_to_try_again(client: FlaskClient) -> None:
    refuse_account(client)
    answer = attempt(client)
    found = re.search(r"try again in (\d+) minutes", answer.text)
    assert found, answer.text
    assert 1 <= int(found[1]) <= 15
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60


def test_the_form_can_still_be_opened_after_too_many_attempts(client: FlaskClient) -> None:
    refuse_account(client)
    assert client.get("/studio/sign-in").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_sign_in_is_kept_by_no_cache(client: FlaskClient, method: str) -> None:
    answer = client.open("/studio/sign-in", method=method)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_no_page_of_the_extension_is_left_bare(
    client: FlaskClient, sign_in: Callable[[RoleName], Any]
) -> None:
    assert client.get("/verify").status_code == 404
    assert sign_in(RoleName.LEAD).get("/verify").status_code == 404


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_a_right_password_is_right_whatever_page_was_to_follow(
    client: FlaskClient, elsewhere: str
) -> None:
    answer = client.post(
        "/studio/sign-in",
        query_string={"next": elsewhere},
        data={"email": LEA, "password": PASSWORD, "next": elsewhere},
    )
    assert (answer.status_code, answer.location) == (302, "/studio/")


def test_the_page_that_was_asked_for_follows_the_sign_in(client: FlaskClient) -> None:
    answer = client.post(
        "/studio/sign-in",
        data={"email": LEA, "password": PASSWORD, "next": "/studio/reports/gaps"},
    )
    assert answer.location == "/studio/reports/gaps"
