"""Claims about the page on which an administrator looks after people."""

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from kb.accounts import people
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.cli import main
from kb.config import Settings
from kb.db import db
from tests.conftest import PASSWORD
from tests.kb.accounts.conftest import (
    LEA,
    NOOR,
    OTHER_PASSWORD,
    Enter,
    acts,
    letters,
    link_in,
    person,
)


def test_a_new_role_holds_at_once(noor: FlaskClient, enter: Enter) -> None:
    lea = enter()
    assert lea.get("/studio/reports/").status_code in {403, 404, 308}
    noor.post(f"/studio/people/{person().id}/role", data={"role": "lead"})
    assert people.role_of(person()) is RoleName.LEAD
    assert lea.get("/studio/account").status_code == 200, "more to do ends no sign-in"


def test_the_last_administrator_stays(noor: FlaskClient) -> None:
    for act in ("close", "role"):
        answer = noor.post(f"/studio/people/{person(NOOR).id}/{act}", data={"role": "writer"})
        assert 'role="alert"' in answer.text
    assert person(NOOR).active
    assert people.role_of(person(NOOR)) is RoleName.ADMIN


def test_one_of_two_administrators_may_go(noor: FlaskClient) -> None:
    add_user("ada@clairson.example", PASSWORD, RoleName.ADMIN)
    noor.post(f"/studio/people/{person(NOOR).id}/role", data={"role": "customer"})
    assert people.role_of(person(NOOR)) is None


def test_an_administrator_who_has_not_accepted_or_is_closed_does_not_count(
    noor: FlaskClient, app: Flask
) -> None:
    closed = add_user("ada@clairson.example", PASSWORD, RoleName.ADMIN)
    people.close(closed)
    noor.post("/studio/people", data={"email": "eve@clairson.example", "role": "admin"})
    with pytest.raises(people.LastAdministrator):
        people.close(person(NOOR))


def test_a_closed_account_is_opened_again_with_its_role(noor: FlaskClient, enter: Enter) -> None:
    noor.post(f"/studio/people/{person().id}/close")
    assert not person().active
    noor.post(f"/studio/people/{person().id}/reopen")
    assert enter().get("/studio/account").status_code == 200
    assert people.role_of(person()) is RoleName.WRITER


def test_sign_ins_are_ended_from_afar(noor: FlaskClient, enter: Enter) -> None:
    lea = enter()
    noor.post(f"/studio/people/{person().id}/end-sign-ins")
    assert lea.get("/studio/account").status_code == 302


def test_an_administrator_sends_a_link_for_a_new_password(
    noor: FlaskClient, client: FlaskClient
) -> None:
    page = noor.post(f"/studio/people/{person().id}/new-password").text
    link = link_in(letters()[0])
    assert link in page, "no mail leaves, so it is passed on by hand"
    assert client.post(link, data={"password": OTHER_PASSWORD}).location == "/studio/sign-in"


def test_handing_out_power_asks_an_old_sign_in_again(noor: FlaskClient) -> None:
    with noor.session_transaction() as session:
        session["fs_paa"] -= 7200
    answer = noor.post(f"/studio/people/{person().id}/role", data={"role": "admin"})
    assert answer.location.startswith("/studio/account/confirm")
    assert people.role_of(person()) is RoleName.WRITER


def test_the_list_says_who_is_who(noor: FlaskClient) -> None:
    add_user("max@shop.example", PASSWORD, None, name="Max")
    page = noor.get("/studio/people", headers={"Accept-Language": "en"}).text
    for words in ("Lea", "Noor", "Max", "Writer", "Administrator", "Customer"):
        assert words in page
    found = noor.get("/studio/people?q=max").text
    assert "Max" in found
    assert "lea@" not in found


def test_a_name_is_text(noor: FlaskClient) -> None:
    add_user("max@shop.example", PASSWORD, None, name="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in noor.get("/studio/people").text


def test_no_other_role_can_be_given(noor: FlaskClient) -> None:
    for role in ("", "root", "Admin"):
        answer = noor.post(f"/studio/people/{person().id}/role", data={"role": role})
        assert answer.status_code == 400


def test_a_customer_sees_the_account_and_nothing_else(enter: Enter) -> None:
    add_user("max@shop.example", PASSWORD, None)
    client = enter("max@shop.example")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    account = client.get("/studio/account")
    assert account.status_code == 200
    assert "colleagues" not in account.text
    assert client.get("/studio/people").status_code == 403
    refused = client.get("/studio/")
    assert refused.status_code == 403
    assert "You are signed in as a customer" in refused.text


def test_a_customer_arrives_at_the_account(client: FlaskClient) -> None:
    add_user("max@shop.example", PASSWORD, None)
    answer = client.post(
        "/studio/sign-in", data={"email": "max@shop.example", "password": PASSWORD}
    )
    assert answer.location == "/studio/account"


def test_name_and_language_are_ones_own_to_change(enter: Enter) -> None:
    enter().post("/studio/account", data={"name": "  Lea   Roux ", "locale": "en"})
    assert (person().name, person().locale) == ("Lea Roux", "en")


def test_pages_about_an_account_are_kept_by_no_cache(enter: Enter) -> None:
    client = enter()
    for page in ("", "/sign-ins", "/passkeys", "/password", "/second-factor", "/confirm"):
        answer = client.get(f"/studio/account{page}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_what_was_done_is_in_the_audit_log_without_a_secret(noor: FlaskClient) -> None:
    number = person().id
    for act in ("close", "reopen", "end-sign-ins"):
        noor.post(f"/studio/people/{number}/{act}")
    noor.post(f"/studio/people/{number}/role", data={"role": "reviewer"})
    assert acts()[1:] == ["account.closed", "account.reopened", "account.role"]


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Return a function that runs `kb user` on the site of the test."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_SECRET_KEY", settings.secret_key)

    def ran(*words: str) -> str:
        db.session.remove()
        answer = CliRunner().invoke(main, ["user", *words])
        return f"{answer.exit_code} {answer.output}"

    return ran


def test_the_command_does_what_the_page_does(run, client: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    assert run("role", LEA, "reviewer").startswith("0")
    assert people.role_of(person()) is RoleName.REVIEWER
    assert run("close", LEA).startswith("0")
    assert not person().active
    assert run("reopen", LEA).startswith("0")
    user: User = person()
    user.refusals = 3
    db.session.commit()
    assert run("unlock", LEA).startswith("0")
    assert person().refusals == 0
    assert run("close", "nobody@clairson.example").startswith("1 Error: nobody has the address")


def test_the_command_invites_and_prints_the_link(run, client: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    said = run("invite", "kim@clairson.example", "--role", "lead")
    link = next(line for line in said.splitlines() if line.startswith("http"))
    assert client.get(link.split("localhost", 1)[1]).status_code == 200
    assert "kim@clairson.example\tlead\tinvited" in run("list")
