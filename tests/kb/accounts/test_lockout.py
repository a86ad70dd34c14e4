"""Claims about accounts that are guessed at."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from kb.accounts import lockout
from kb.accounts.lockout import REFUSALS_BEFORE_LOCK
from kb.accounts.models import User
from kb.accounts.security import add_user
from kb.db import db, utc_now
from tests.conftest import PASSWORD
from tests.kb.accounts.conftest import LEA, acts, letters, link_in, person, sign_in_form


def guess(times: int = REFUSALS_BEFORE_LOCK) -> User:
    """Count wrong passwords as from many addresses, past the throttle in front."""
    with current_app.test_request_context():
        for _ in range(times):
            lockout.refuse(person())
    return person()


def test_every_wrong_password_is_counted_in_the_database(client: FlaskClient) -> None:
    sign_in_form(client, password="wrong wrong wrong")
    sign_in_form(client, password="wrong again here")
    assert person().refusals == 2


def test_a_right_password_ends_the_row(client: FlaskClient) -> None:
    guess(9)
    assert sign_in_form(client).status_code == 302
    assert person().refusals == 0


def test_even_the_right_password_is_refused_while_locked(client: FlaskClient) -> None:
    assert guess().is_closed_for_now
    assert sign_in_form(client).status_code == 200


def test_the_right_password_lets_in_once_the_lock_is_over(client: FlaskClient) -> None:
    user = guess()
    user.locked_until = utc_now() - timedelta(seconds=1)
    db.session.commit()
    assert sign_in_form(client).status_code == 302


def test_guesses_during_a_lock_do_not_make_it_longer() -> None:
    before = guess().locked_until
    assert guess(25).locked_until == before


def test_the_owner_is_told_once_in_a_letter() -> None:
    user = guess()
    user.locked_until = utc_now()
    db.session.commit()
    guess()
    assert len(letters()) == 1


def test_the_lock_is_in_the_audit_log() -> None:
    guess()
    assert acts() == ["account.locked"]


def test_a_new_password_by_letter_opens_the_lock(client: FlaskClient) -> None:
    guess()
    client.post("/studio/forgotten", data={"email": LEA})
    letter = letters()[-1]
    client.post(link_in(letter), data={"password": "lamps under seven bridges"})
    assert not person().is_closed_for_now
    assert sign_in_form(client, password="lamps under seven bridges").status_code == 302


@pytest.fixture
def said(app: Flask) -> Callable[..., str]:
    """Return a function that gives the page after a sign-in, without what differs by chance."""

    def page(email: str, password: str) -> str:
        text = sign_in_form(app.test_client(), email, password).text
        return text.replace(email, "ADDRESS")

    return page


def test_a_stranger_cannot_tell_a_locked_account_from_none(said: Callable[..., str]) -> None:
    add_user("max@clairson.example", PASSWORD, None)
    guess()
    unknown = said("nobody@clairson.example", PASSWORD)
    assert said(LEA, PASSWORD) == unknown  # locked, right password
    assert said(LEA, "wrong wrong wrong") == unknown  # locked, wrong
    assert said("max@clairson.example", "wrong wrong wrong") == unknown  # open, wrong
