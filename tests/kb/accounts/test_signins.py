"""Claims about sign-ins that can be ended."""

import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import login_user
from itsdangerous import TimestampSigner
from sqlalchemy import select, update

from kb.accounts import people, signins
from kb.accounts.models import SignIn, User
from kb.accounts.security import add_user
from kb.db import db, utc_now
from tests.conftest import PASSWORD
from tests.kb.accounts.conftest import LEA, OTHER_PASSWORD, Enter, acts, person


def is_in(client: FlaskClient) -> bool:
    return client.get("/studio/account").status_code == 200


def test_an_ended_sign_in_lets_nobody_in(enter: Enter) -> None:
    here, there = enter(), enter()
    number = db.session.scalars(select(SignIn.id).order_by(SignIn.id)).all()[1]
    assert here.post(f"/studio/account/sign-ins/{number}/end").status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


def test_all_others_end_but_this_one(enter: Enter) -> None:
    here, there, elsewhere = enter(), enter(), enter()
    here.post("/studio/account/sign-ins/end-others")
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, False)


def test_nobody_ends_the_sign_in_of_somebody_else(enter: Enter) -> None:
    add_user("max@clairson.example", PASSWORD, None)
    mine, theirs = enter(), enter("max@clairson.example")
    number = db.session.scalars(select(SignIn.id).order_by(SignIn.id)).all()[1]
    mine.post(f"/studio/account/sign-ins/{number}/end")
    assert is_in(theirs)


def test_a_copied_cookie_is_worth_nothing_after_the_sign_out(app: Flask, enter: Enter) -> None:
    here = enter()
    cookie = here.get_cookie("session")
    assert cookie is not None
    here.post("/studio/sign-out")
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert not is_in(thief)


def test_a_new_password_ends_the_others(enter: Enter) -> None:
    here, there = enter(), enter()
    answer = here.post(
        "/studio/account/password", data={"password": PASSWORD, "new_password": OTHER_PASSWORD}
    )
    assert answer.location == "/studio/account"
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize("act", [lambda u: people.set_role(u, None), people.close])
def test_less_to_do_or_a_closed_account_ends_all(enter: Enter, act) -> None:  # type: ignore[no-untyped-def]
    here = enter()
    act(person())
    assert not is_in(here)


def test_a_closed_account_starts_no_sign_in_by_whatever_door(app: Flask) -> None:
    people.close(person())
    with app.test_request_context():
        login_user(person(), authn_via=["webauthn"])
    assert db.session.scalar(select(SignIn.id)) is None


def test_the_database_holds_no_value_that_a_cookie_holds(enter: Enter) -> None:
    here = enter()
    with here.session_transaction() as session:
        value = session[signins.KEY]
    digest = db.session.scalar(select(SignIn.digest))
    assert digest == signins.digest_of(value) != value


def test_a_sign_in_that_nobody_uses_has_ended(enter: Enter) -> None:
    here = enter()
    db.session.execute(update(SignIn).values(seen_at=utc_now() - timedelta(days=31)))
    db.session.commit()
    assert not is_in(here)


def test_being_seen_is_written_after_five_minutes_and_not_before(enter: Enter) -> None:
    here = enter()
    for age, is_written in ((timedelta(minutes=4), False), (timedelta(minutes=6), True)):
        before = utc_now() - age
        db.session.execute(update(SignIn).values(seen_at=before))
        db.session.commit()
        assert is_in(here)
        db.session.rollback()
        assert (db.session.scalar(select(SignIn.seen_at)) != before) is is_written


def test_staying_signed_in_outlives_the_browser_and_can_be_ended_too(enter: Enter) -> None:
    stays, goes = enter(remember="y"), enter()
    lasting, passing = stays.get_cookie("session"), goes.get_cookie("session")
    assert lasting is not None
    assert passing is not None
    assert (lasting.expires is not None, passing.expires) == (True, None)
    assert stays.get_cookie("remember_token") is None
    signins.end_all(person())
    db.session.commit()
    assert not is_in(stays)


def test_no_token_in_a_header_or_an_address_lets_anybody_in(app: Flask) -> None:
    token = str(person().get_auth_token())
    answer = app.test_client().get(
        f"/studio/account?auth_token={token}", headers={"Authentication-Token": token}
    )
    assert answer.status_code == 302


def test_old_rows_are_forgotten(any_app: Flask) -> None:
    if db.session.scalar(select(User.id).limit(1)) is None:
        add_user(LEA, PASSWORD, None)
    user = db.session.scalars(select(User)).one()
    long_ago = utc_now() - timedelta(days=91)
    for name, seen in (("old", long_ago), ("new", utc_now())):
        db.session.add(SignIn(user_id=user.id, digest=name, seen_at=seen))
    db.session.commit()
    signins.clean()
    assert db.session.scalars(select(SignIn.digest)).all() == ["new"]


def test_coming_and_going_is_in_the_audit_log(enter: Enter) -> None:
    enter().post("/studio/sign-out")
    assert acts() == ["account.signed-in", "account.signed-out"]


def test_no_page_of_the_sign_in_signs_anybody_out_who_comes_back_to_it(
    app: Flask, enter: Enter
) -> None:
    client = enter()
    doors = [each for each in app.url_map.iter_rules() if each.rule.startswith("/studio/sign-in")]
    assert len(doors) > 4
    for door in doors:
        address = re.sub(r"<[^>]+>", "1", door.rule)
        for method in sorted(door.methods & {"GET", "POST"}):
            client.open(address, method=method)
            assert is_in(client), (method, address)
    assert client.get("/studio/sign-in/code").location == "/studio/"


def test_a_form_holds_as_long_as_its_session_and_in_no_other(
    app: Flask, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, other = enter(), enter()
    app.config["WTF_CSRF_ENABLED"] = True
    page = writer.get("/studio/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    tomorrow = int(time.time()) + 86_400
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: tomorrow)
    sent, address = {"csrf_token": token[1]}, "/studio/account/sign-ins/end-others"
    assert other.post(address, data=sent).status_code == 400
    assert writer.post(address, data=sent).status_code == 302
