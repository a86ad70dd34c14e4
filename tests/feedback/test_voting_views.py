"""Claims about the addresses that take votes and the reasons for them."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from articles.models import Translation
from feedback.models import Reason
from feedback.visitors import COOKIE
from kb.accounts.models import RoleName
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.conftest import FreshClient
from tests.feedback.browsers import (
    BROWSER,
    BY_FORM,
    BY_SCRIPT,
    ELSEWHERE,
    PRIVATE,
    search,
    send_vote,
    votes,
)


@pytest.fixture
def lamp(app: Flask) -> Translation:
    return factories.article(slug="reset-a-lamp")


def send_details(
    client: FlaskClient, token: str, headers: dict[str, str] = BY_SCRIPT, **data: str
) -> TestResponse:
    return client.post(
        "/en/articles/reset-a-lamp/vote/details", data={"token": token, **data}, headers=headers
    )


def token_in(answer: TestResponse) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer.text)
    assert found, "the answer holds no form for details"
    return found[1]


@pytest.mark.usefixtures("lamp")
def test_a_yes_is_thanked_in_place(client: FlaskClient) -> None:
    answer = send_vote(client)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "glad that it helped" in answer.text
    assert [each.helpful for each in votes()] == [True]


@pytest.mark.usefixtures("lamp")
def test_a_no_is_met_with_regret_a_question_and_a_person(client: FlaskClient) -> None:
    answer = send_vote(client, "no")
    assert "sorry" in answer.text
    assert "What was missing?" in answer.text
    assert 'href="/en/contact"' in answer.text


@pytest.mark.usefixtures("lamp")
def test_the_reasons_offered_fit_the_answer(client: FlaskClient) -> None:
    assert Reason.INCOMPLETE.value in send_vote(client, "no").text
    assert Reason.INCOMPLETE.value not in send_vote(client, "yes").text


@pytest.mark.usefixtures("lamp")
def test_without_javascript_a_vote_leads_to_a_page_that_thanks(client: FlaskClient) -> None:
    answer = send_vote(client, "no", headers=BY_FORM)
    assert answer.status_code == 303
    page = client.get(answer.location, headers=BY_FORM)
    assert "<html" in page.text
    assert "sorry" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("lamp")
def test_the_page_after_a_vote_sends_those_who_did_not_vote_back(client: FlaskClient) -> None:
    answer = client.get("/en/articles/reset-a-lamp/vote", headers=BY_FORM)
    assert answer.location == "/en/articles/reset-a-lamp#vote"


@pytest.mark.usefixtures("lamp")
def test_a_changed_mind_is_said_to_be_changed(client: FlaskClient) -> None:
    send_vote(client, "yes")
    assert "now “No”" in send_vote(client, "no").text
    assert [each.helpful for each in votes()] == [False]


@pytest.mark.usefixtures("lamp")
def test_a_replayed_vote_counts_once_even_without_cookies(app: Flask) -> None:
    for _ in range(5):
        send_vote(app.test_client(use_cookies=False))
    assert len(votes()) == 1


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_origin_cannot_vote(client: FlaskClient, headers: dict[str, str]) -> None:
    assert send_vote(client, headers=headers).status_code == 403
    assert votes() == []


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("helpful", ["", "maybe", "1"])
def test_a_vote_that_says_neither_yes_nor_no_is_refused(client: FlaskClient, helpful: str) -> None:
    assert send_vote(client, helpful).status_code == 400


def test_a_draft_takes_no_vote(client: FlaskClient) -> None:
    factories.article(slug="reset-a-lamp", draft=True)
    assert send_vote(client).status_code == 404


@pytest.mark.usefixtures("lamp")
def test_a_vote_names_the_revision_that_was_read_only_if_it_is_of_that_article(
    client: FlaskClient, lamp: Translation
) -> None:
    other = factories.article("Refund times")
    send_vote(client, revision=str(other.public_revision_id))
    assert [each.revision_id for each in votes()] == [lamp.public_revision_id]


@pytest.mark.parametrize(
    "number", ["99999999999999999999", "-99999999999999999999", "0", "9" * 5000]
)
def test_a_revision_that_no_database_can_hold_is_like_none(
    client: FlaskClient, lamp: Translation, number: str
) -> None:
    assert send_vote(client, revision=number).status_code == 200
    assert [each.revision_id for each in votes()] == [lamp.public_revision_id]


def test_the_search_that_led_to_the_article_is_kept_with_the_vote(
    app: Flask, client: FlaskClient, lamp: Translation
) -> None:
    search(app, "factory reset", lamp, client_headers=BROWSER)
    send_vote(client, q="factory reset")
    assert [each.query for each in votes()] == ["factory reset"]


def test_the_first_interaction_issues_the_cookie(client: FlaskClient, lamp: Translation) -> None:
    send_vote(client)
    assert client.get_cookie(COOKIE) is not None


def test_the_article_itself_sets_no_cookie(client: FlaskClient, lamp: Translation) -> None:
    assert "Set-Cookie" not in client.get("/en/articles/reset-a-lamp", headers=BROWSER).headers


class TestWithALimitOfOne:
    """The visitor may vote once an hour."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"vote_limit": "1 per hour"})

    @pytest.fixture
    def refused(self, client: FlaskClient, lamp: Translation) -> TestResponse:
        factories.article("Refund times", slug="refund-times")
        send_vote(client)
        return client.post(
            "/en/articles/refund-times/vote", data={"helpful": "yes"}, headers=BY_SCRIPT
        )

    def test_the_next_vote_is_refused_in_words(self, refused: TestResponse) -> None:
        assert refused.status_code == 429
        assert "not counted" in refused.text

    def test_nobody_is_thanked_for_it(self, refused: TestResponse) -> None:
        assert "Thank" not in refused.text
        assert "glad" not in refused.text

    def test_it_is_not_kept(self, refused: TestResponse) -> None:
        assert len(votes()) == 1


@pytest.mark.usefixtures("lamp")
def test_a_flood_from_one_address_is_refused_in_words(app: Flask) -> None:
    answers = [
        send_vote(
            app.test_client(use_cookies=False),
            headers=BY_SCRIPT | {"User-Agent": f"Browser/{number}"},
        )
        for number in range(61)
    ]
    assert answers[-1].status_code == 429
    assert "not counted" in answers[-1].text
    assert len(votes()) == 60


@pytest.mark.usefixtures("lamp", "busy_database")
def test_nobody_is_thanked_for_a_vote_that_the_database_did_not_take(client: FlaskClient) -> None:
    answer = send_vote(client)
    assert answer.status_code == 503
    assert "try again" in answer.text
    assert "glad" not in answer.text


# Why


@pytest.mark.usefixtures("lamp")
def test_a_reason_and_words_are_kept(client: FlaskClient) -> None:
    token = token_in(send_vote(client, "no"))
    answer = send_details(client, token, reason="incomplete", comment="No picture of the button.")
    assert answer.status_code == 200
    assert [(each.reason, each.comment) for each in votes()] == [
        (Reason.INCOMPLETE, "No picture of the button.")
    ]


@pytest.mark.usefixtures("lamp")
def test_a_reason_for_the_other_answer_is_dropped(client: FlaskClient) -> None:
    send_details(client, token_in(send_vote(client, "no")), reason="solved")
    assert [each.reason for each in votes()] == [None]


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_origin_cannot_add_words(client: FlaskClient, headers: dict[str, str]) -> None:
    token = token_in(send_vote(client, "no"))
    assert send_details(client, token, headers, comment="forged").status_code == 403


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize(
    "alter", [lambda token: token[:-3] + "abc", lambda token: "", lambda token: "1.2.3"]
)
def test_an_altered_token_is_refused(client: FlaskClient, alter: Callable[[str], str]) -> None:
    token = token_in(send_vote(client, "no"))
    assert send_details(client, alter(token), comment="forged").status_code == 403
    assert [each.comment for each in votes()] == [""]


@pytest.mark.usefixtures("lamp")
def test_a_token_cannot_be_used_twice(client: FlaskClient) -> None:
    token = token_in(send_vote(client, "no"))
    send_details(client, token, comment="first")
    answer = send_details(client, token, comment="second")
    assert answer.status_code == 409
    assert "Thank" not in answer.text
    assert [each.comment for each in votes()] == ["first"]


@pytest.mark.usefixtures("lamp")
def test_another_visitor_cannot_use_a_token(app: Flask, client: FlaskClient) -> None:
    token = token_in(send_vote(client, "no"))
    stranger = BY_SCRIPT | {"User-Agent": "Another browser"}
    assert send_details(app.test_client(), token, stranger, comment="x").status_code == 409
    assert [each.comment for each in votes()] == [""]


@pytest.mark.usefixtures("lamp")
def test_a_token_of_another_article_is_refused(client: FlaskClient) -> None:
    factories.article("Refund times", slug="refund-times")
    token = token_in(send_vote(client, "no"))
    answer = client.post(
        "/en/articles/refund-times/vote/details", data={"token": token}, headers=BY_SCRIPT
    )
    assert answer.status_code == 403


@pytest.mark.usefixtures("lamp")
def test_without_javascript_words_are_thanked_on_a_page(client: FlaskClient) -> None:
    page = client.get(send_vote(client, "no", headers=BY_FORM).location, headers=BY_FORM)
    answer = send_details(client, token_in(page), BY_FORM, comment="clear now")
    assert answer.status_code == 303
    assert "will read it" in client.get(answer.location, headers=BY_FORM).text


@pytest.mark.usefixtures("lamp")
def test_what_staff_does_is_kept_apart(sign_in: Callable[[RoleName], FlaskClient]) -> None:
    send_vote(sign_in(RoleName.WRITER))
    assert [each.is_staff for each in votes()] == [True]


def test_a_limit_that_cannot_be_read_stops_the_start(settings: Settings) -> None:
    from kb.factory import create_app

    with pytest.raises(ValueError, match="rate limit"):
        create_app(settings.model_copy(update={"vote_limit": "a few"}))


@pytest.mark.usefixtures("lamp")
def test_their_vote_counts_without_a_visit(client: FlaskClient) -> None:
    answer = send_vote(client, headers=BY_SCRIPT | PRIVATE)
    assert "glad" in answer.text
    assert [(each.helpful, each.visit_id, each.query) for each in votes()] == [(True, None, "")]


@pytest.mark.usefixtures("lamp")
def test_their_vote_is_one_however_often_it_is_sent(client: FlaskClient) -> None:
    for answer in ("yes", "no", "yes"):
        send_vote(client, answer, headers=BY_SCRIPT | PRIVATE)
    assert len(votes()) == 1


@pytest.mark.usefixtures("lamp")
def test_a_network_s_limit_outlives_the_process(settings: Settings) -> None:
    from kb.factory import create_app

    answers = []
    for process in range(3):
        again = create_app(settings)
        again.testing = True
        with again.app_context():
            client = FreshClient(again, TestResponse, use_cookies=False)
            for number in range(30):
                name = BY_SCRIPT | {"User-Agent": f"Browser/{process}.{number}"}
                answers.append(send_vote(client, headers=name).status_code)
            db.session.remove()
            db.engine.dispose()
    assert answers == [200] * 60 + [429] * 30


@pytest.mark.usefixtures("lamp")
def test_an_answer_cannot_be_changed_without_end(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.voting.MAX_VERSION", 3)
    answers = [send_vote(client, each) for each in ("yes", "no", "yes", "no")]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert "not counted" in answers[-1].text
    assert [each.helpful for each in votes()] == [True]
