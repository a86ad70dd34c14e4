"""Claims about forgotten passwords."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.accounts import invitations, people, throttle
from kb.accounts.models import Identity, RoleName
from kb.config import Settings
from kb.db import db
from tests.conftest import PASSWORD
from tests.kb.accounts.conftest import (
    KIM,
    LEA,
    OTHER_PASSWORD,
    Enter,
    acts,
    letters,
    link_in,
    person,
    sign_in_form,
)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FORGOTTEN_SECONDS", 0)


def ask(client: FlaskClient, email: str = LEA, **more: str) -> str:
    answer = client.post("/studio/forgotten", data={"email": email}, headers=more)
    assert answer.status_code == 200
    return answer.text.replace(email, "ADDRESS")


def link_for(client: FlaskClient, email: str = LEA) -> str:
    ask(client, email)
    return link_in(letters(email)[-1])


def test_the_link_sets_a_new_password_and_ends_every_sign_in(
    client: FlaskClient, enter: Enter
) -> None:
    here = enter()
    link = link_for(client)
    answer = client.post(link, data={"password": OTHER_PASSWORD})
    assert answer.location == "/studio/sign-in"
    assert here.get("/studio/account").status_code == 302
    assert sign_in_form(client, password=PASSWORD).status_code == 200
    assert sign_in_form(client, password=OTHER_PASSWORD).status_code == 302


def test_the_link_works_once(client: FlaskClient) -> None:
    link = link_for(client)
    client.post(link, data={"password": OTHER_PASSWORD})
    assert client.get(link).location == "/studio/forgotten"
    assert client.post(link, data={"password": PASSWORD}).location == "/studio/forgotten"


def test_an_easy_password_is_refused(client: FlaskClient) -> None:
    link = link_for(client)
    assert client.post(link, data={"password": "lea-clairson-1"}).status_code == 200
    assert sign_in_form(client).status_code == 302


def test_the_same_words_whether_the_address_has_an_account(client: FlaskClient) -> None:
    assert ask(client) == ask(client, "nobody@clairson.example")


def test_a_closed_account_gets_no_letter_and_the_same_words(client: FlaskClient) -> None:
    people.close(person())
    assert ask(client) == ask(client, "nobody@clairson.example")
    assert letters() == []


def test_letters_are_asked_for_three_times_an_hour(client: FlaskClient) -> None:
    for _ in range(3):
        ask(client)
    answer = client.post("/studio/forgotten", data={"email": LEA.upper()})
    assert answer.status_code == 429
    assert len(letters()) == 3


def test_whoever_was_invited_may_come_in_by_it_too(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context():
        invitations.invite(KIM, RoleName.WRITER)
    client.post(link_for(client, KIM), data={"password": OTHER_PASSWORD})
    assert person(KIM).invited_at is None
    assert sign_in_form(client, KIM, OTHER_PASSWORD).status_code == 302


def test_who_comes_through_the_provider_alone_gets_no_link(client: FlaskClient) -> None:
    user = person()
    user.password = None
    db.session.add(Identity(user_id=user.id, issuer="https://id.example", subject="1"))
    db.session.commit()
    ask(client)
    assert "/studio/forgotten/" not in letters()[-1].text


def test_a_change_is_told_by_letter_and_kept_in_the_log(client: FlaskClient) -> None:
    client.post(link_for(client), data={"password": OTHER_PASSWORD})
    assert len(letters()) == 2
    assert acts() == ["account.password-reset"]


def test_no_link_follows_an_address_that_the_request_made_up(client: FlaskClient) -> None:
    ask(client, Host="evil.example")
    assert letters() == []


class TestWithAnAddressInTheSettings:
    """With KB_SITE_URL."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"site_url": "https://help.clairson.example"})

    def test_the_link_leads_there_whatever_the_request_says(self, client: FlaskClient) -> None:
        ask(client, Host="evil.example")
        assert "https://help.clairson.example/studio/forgotten/" in letters()[-1].text
        assert "evil" not in letters()[-1].text + letters()[-1].html
