"""Claims about asking people in."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.accounts import invitations, people
from kb.accounts.models import RoleName
from kb.db import utc_now
from tests.kb.accounts.conftest import KIM, LEA, OTHER_PASSWORD, acts, letters, link_in, person

CHOSEN = {"password": OTHER_PASSWORD, "name": "Kim Leroy", "locale": "en"}


@pytest.fixture
def link(noor: FlaskClient) -> str:
    answer = noor.post(
        "/studio/people", data={"email": KIM, "role": "reviewer", "name": "Kim", "locale": "fr"}
    )
    assert answer.status_code in {200, 302}
    return link_in(letters(KIM)[0])


def test_the_letter_speaks_the_language_of_who_is_asked(link: str) -> None:
    letter = letters(KIM)[0]
    assert 'lang="fr"' in letter.html
    assert link in letter.text
    assert link in letter.html


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_letter_is_proposed_in_the_language_of_who_invites(
    noor: FlaskClient, locale: str
) -> None:
    page = noor.get("/studio/people", headers={"Accept-Language": locale}).text
    assert f'<option value="{locale}" lang="{locale}" selected>' in page


def test_whoever_accepts_is_in_and_is_offered_a_second_factor(
    link: str, client: FlaskClient
) -> None:
    answer = client.post(link, data=CHOSEN)
    assert answer.location == "/studio/account/second-factor?welcome=1"
    assert client.get("/studio/account").status_code == 200
    user = person(KIM)
    assert (user.name, user.locale, people.role_of(user)) == ("Kim Leroy", "en", RoleName.REVIEWER)


def test_a_link_works_once(link: str, client: FlaskClient, app: Flask) -> None:
    client.post(link, data=CHOSEN)
    late = app.test_client()
    assert late.get(link).status_code == 410
    assert late.post(link, data=CHOSEN).status_code == 410


def test_looking_at_the_link_does_not_use_it_up(link: str, client: FlaskClient) -> None:
    assert [client.get(link).status_code for _ in range(2)] == [200, 200]


def test_a_link_is_too_old_after_seven_days(
    link: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_week_later = utc_now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(invitations, "utc_now", lambda: a_week_later)
    assert client.get(link).status_code == 410


def test_the_newest_link_alone_works(link: str, noor: FlaskClient, client: FlaskClient) -> None:
    noor.post(f"/studio/people/{person(KIM).id}/resend")
    newest = link_in(letters(KIM)[-1])
    assert newest != link
    assert (client.get(link).status_code, client.get(newest).status_code) == (410, 200)


def test_a_withdrawn_invitation_leaves_nothing(
    link: str, noor: FlaskClient, client: FlaskClient
) -> None:
    noor.post(f"/studio/people/{person(KIM).id}/withdraw")
    assert people.by_address(KIM) is None
    assert client.get(link).status_code == 410


def test_an_account_that_somebody_has_is_not_withdrawn(noor: FlaskClient) -> None:
    noor.post(f"/studio/people/{person(LEA).id}/withdraw")
    assert people.by_address(LEA) is not None


def test_an_easy_password_is_refused_and_the_rest_is_kept(link: str, client: FlaskClient) -> None:
    answer = client.post(
        link, data={**CHOSEN, "password": "kimleroy2026"}, headers={"Accept-Language": "en"}
    )
    assert "first that anybody would try" in answer.text
    assert 'value="Kim Leroy"' in answer.text
    assert person(KIM).password is None


def test_a_closed_account_accepts_nothing(link: str, client: FlaskClient) -> None:
    people.close(person(KIM))
    assert client.get(link).status_code == 410


def test_nobody_signs_in_before_they_have_accepted(link: str, client: FlaskClient) -> None:
    answer = client.post("/studio/sign-in", data={"email": KIM, "password": ""})
    assert answer.status_code == 200


def test_an_address_that_is_none_or_is_taken_is_refused_with_a_reason(noor: FlaskClient) -> None:
    for email in ("no address", "", LEA):
        answer = noor.post("/studio/people", data={"email": email, "role": "writer", "name": "X"})
        assert 'role="alert"' in answer.text
    assert letters(KIM) == []


def test_who_invited_whom_is_in_the_audit_log(link: str, client: FlaskClient) -> None:
    client.post(link, data=CHOSEN)
    assert acts()[-3:] == ["account.invited", "account.invitation-accepted", "account.signed-in"]


def test_without_mail_the_link_is_shown_to_pass_on(noor: FlaskClient) -> None:
    answer = noor.post("/studio/people", data={"email": KIM, "role": "writer", "name": "Kim"})
    assert link_in(letters(KIM)[0]) in answer.text


def test_an_invitation_on_either_database(any_app: Flask) -> None:
    with any_app.test_request_context():
        made = invitations.invite("any@clairson.example", RoleName.LEAD)
        assert invitations.invited(made.link.rsplit("/", 1)[1]) == made.user
        invitations.withdraw(made.user)
        assert people.by_address("any@clairson.example") is None
