"""Claims about the request form, as visitors with and without JavaScript meet it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from articles.models import Translation
from feedback.contact.models import ContactAttempt
from feedback.models import Visit
from feedback.requests.models import ContactRequest
from feedback.visitors import COOKIE
from kb.config import Settings
from kb.db import db
from kb.mail.models import OutgoingMail
from search import sync
from tests import factories
from tests.feedback.browsers import BROWSER, BY_FORM, BY_SCRIPT, ELSEWHERE

LETTER = {
    "subject": "Order never arrived",
    "message": "I have waited for three weeks.",
    "email": "alice@example.com",
}
CONTACT = "/en/contact"


@pytest.fixture
def lamp(app: Flask) -> Translation:
    made = factories.article("Reset a lamp", slug="reset-a-lamp")
    factories.article("Refund times", "Within ten days.", slug="refund-times")
    sync.reconcile(app)
    return made


def send(client: FlaskClient, headers: dict[str, str] = BY_FORM, **changes: str) -> TestResponse:
    return client.post(CONTACT, data={**LETTER, **changes}, headers=headers)


def kept(model: type) -> list:  # type: ignore[type-arg]
    db.session.expire_all()
    return list(db.session.scalars(select(model).order_by(model.id)))  # type: ignore[attr-defined]


def only(model: type):  # type: ignore[no-untyped-def]
    [found] = kept(model)
    return found


# The page


def test_the_form_opens_with_the_words_of_the_search(client: FlaskClient) -> None:
    page = client.get(f"{CONTACT}?q=broken+%3Clamp%3E", headers=BROWSER)
    assert 'value="broken &lt;lamp&gt;"' in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in page.headers


def test_every_opening_counts_once_a_visit(client: FlaskClient) -> None:
    for _ in range(2):
        client.get(CONTACT, headers=BROWSER)
    attempt = only(ContactAttempt)
    assert (attempt.locale, attempt.started_at, attempt.suggested) == ("en", None, [])


@pytest.mark.parametrize("asked", [{"Sec-GPC": "1"}, {"Sec-Purpose": "prefetch"}])
def test_who_asks_for_privacy_and_who_only_looks_ahead_is_not_counted(
    client: FlaskClient, asked: dict[str, str]
) -> None:
    assert client.get(CONTACT, headers=BROWSER | asked).status_code == 200
    assert kept(ContactAttempt) == []


def test_a_robot_that_opens_the_form_is_kept_apart(client: FlaskClient) -> None:
    client.get(CONTACT, headers={"User-Agent": "Googlebot/2.1"})
    assert only(Visit).is_bot


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("address", ["/en/", "/en/articles/reset-a-lamp", "/en/search?q=xyzzyx"])
def test_the_form_is_linked_from_every_page(client: FlaskClient, address: str) -> None:
    assert 'href="/en/contact' in client.get(address, headers=BROWSER).text


def test_a_search_without_an_answer_hands_its_words_on(client: FlaskClient) -> None:
    assert 'href="/en/contact?q=xyzzyx"' in client.get("/en/search?q=xyzzyx").text


# While typing


@pytest.mark.usefixtures("lamp")
def test_articles_that_answer_are_offered_while_typing(
    client: FlaskClient, lamp: Translation
) -> None:
    client.get(CONTACT, headers=BROWSER)
    answer = client.post(
        f"{CONTACT}/suggestions", data={"subject": "reset my lamp"}, headers=BY_SCRIPT
    )
    assert "Reset a lamp" in answer.text
    assert "Refund" not in answer.text
    attempt = only(ContactAttempt)
    assert attempt.suggested == [lamp.id]
    assert attempt.started_at is not None


@pytest.mark.usefixtures("lamp")
def test_nothing_is_offered_where_nothing_is_sure(client: FlaskClient) -> None:
    answer = client.post(f"{CONTACT}/suggestions", data={"subject": "xyzzyx"}, headers=BY_SCRIPT)
    assert "data-article" not in answer.text
    attempt = only(ContactAttempt)
    assert attempt.started_at is not None, "somebody has begun to write all the same"


def test_an_offered_article_opened_counts_and_one_that_was_not_offered_does_not(
    client: FlaskClient, lamp: Translation
) -> None:
    client.post(f"{CONTACT}/suggestions", data={"subject": "reset my lamp"}, headers=BY_SCRIPT)
    for slug in ("refund-times", "reset-a-lamp"):
        shown = client.get(f"{CONTACT}/articles/{slug}", headers=BY_SCRIPT)
        assert "<html" not in shown.text
    assert "ten days" in client.get(f"{CONTACT}/articles/refund-times", headers=BY_FORM).text
    attempt = only(ContactAttempt)
    assert attempt.opened == [lamp.id]
    assert attempt.first_opened_at is not None


def test_what_answers_closes_the_form_and_sends_nothing(
    client: FlaskClient, lamp: Translation
) -> None:
    client.get(CONTACT, headers=BROWSER)
    answer = client.post(f"{CONTACT}/answered", data={"article": "reset-a-lamp"}, headers=BY_FORM)
    assert answer.status_code == 303
    page = client.get(answer.location, headers=BY_FORM)
    assert "was not sent" in page.text
    assert "I still want to write" in page.text
    attempt = only(ContactAttempt)
    assert attempt.answered_by_id == lamp.id
    assert kept(ContactRequest) == []


# Sending


def test_a_request_is_stored_and_mailed_to_both_in_one_go(
    client: FlaskClient, lamp: Translation
) -> None:
    client.get("/en/search?q=parcel+of+bob%40example.com", headers=BROWSER)
    answer = send(client)
    assert answer.status_code == 303
    request = only(ContactRequest)
    assert (request.subject, request.message, request.email) == tuple(LETTER.values())
    staff, copy = kept(OutgoingMail)
    assert (staff.recipient, staff.reply_to) == ("help@clairson.example", "alice@example.com")
    assert request.reference in staff.subject
    assert "parcel of [e-mail]" in staff.text
    assert copy.recipient == "alice@example.com"
    assert LETTER["message"] in copy.text
    page = client.get(answer.location, headers=BY_FORM)
    assert request.reference in page.text
    assert "alice@example.com" in page.text


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("path", ["", "/suggestions", "/answered"])
def test_another_origin_cannot_write(
    client: FlaskClient, headers: dict[str, str], path: str
) -> None:
    assert client.post(CONTACT + path, data=LETTER, headers=headers).status_code == 403
    assert kept(ContactRequest) == []


def test_what_is_wrong_is_tied_to_its_field_and_the_words_are_kept(client: FlaskClient) -> None:
    page = send(client, email="alice at example")
    assert page.status_code == 422
    assert 'aria-describedby="letter-email-hint letter-email-error"' in page.text
    assert LETTER["message"] in page.text
    assert kept(ContactRequest) == []


@pytest.mark.usefixtures("lamp")
def test_without_javascript_what_may_answer_is_shown_once_and_never_blocks(
    client: FlaskClient,
) -> None:
    page = send(client, subject="reset my lamp")
    assert page.status_code == 200
    assert "Reset a lamp" in page.text
    assert "Send anyway" in page.text
    assert LETTER["message"] in page.text
    assert kept(ContactRequest) == []
    assert send(client, subject="reset my lamp", seen="1").status_code == 303
    assert only(ContactRequest).subject_id is not None


def test_what_was_typed_is_no_markup_in_a_message(client: FlaskClient) -> None:
    send(client, message="<b>One</b>\nTwo")
    copy = kept(OutgoingMail)[1]
    assert "&lt;b&gt;One&lt;/b&gt;<br>" in copy.html
    assert "> <b>One</b>\n> Two" in copy.text


def test_a_double_click_sends_once(client: FlaskClient) -> None:
    first, second = send(client), send(client)
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(kept(ContactRequest)) == 1
    assert len(kept(OutgoingMail)) == 2


def test_who_writes_too_often_is_told_and_keeps_the_words(client: FlaskClient) -> None:
    answers = [send(client, message=f"Number {number}") for number in range(6)]
    assert [each.status_code for each in answers] == [303] * 5 + [429]
    assert "was not sent" in answers[-1].text
    assert "Number 5" in answers[-1].text
    assert "reached us" not in answers[-1].text
    assert len(kept(ContactRequest)) == 5


def test_many_visitors_of_one_network_reach_a_limit_too(app: Flask) -> None:
    codes = [
        app.test_client()
        .post(
            CONTACT,
            data=LETTER | {"message": f"Number {number}"},
            headers=BY_FORM | {"User-Agent": f"Firefox/{number}"},
        )
        .status_code
        for number in range(31)
    ]
    assert codes.count(303) == 30
    assert codes[-1] == 429


def test_nobody_s_mailbox_is_filled_by_others(client: FlaskClient) -> None:
    for number in range(5):
        send(client, message=f"Number {number}")
    copies = [each for each in kept(OutgoingMail) if each.kind == "request-copy"]
    assert len(copies) == 3


def test_what_a_program_sends_is_kept_apart_and_mailed_to_nobody(client: FlaskClient) -> None:
    send(client, website="https://spam.example")
    assert only(ContactRequest).is_bot
    assert kept(OutgoingMail) == []


def test_who_asks_for_privacy_can_write_and_leaves_no_visit(client: FlaskClient) -> None:
    answer = send(client, BY_FORM | {"Sec-GPC": "1"})
    assert answer.status_code == 303
    assert not [each for each in answer.headers.getlist("Set-Cookie") if COOKIE in each]
    assert only(ContactRequest).visit_id is None
    assert kept(Visit) == []


def test_a_site_without_an_address_keeps_requests_for_the_studio(
    app: Flask, client: FlaskClient
) -> None:
    settings: Settings = app.extensions["kb_settings"].model_copy(update={"contact_email": ""})
    app.extensions["kb_settings"] = settings
    send(client)
    assert only(ContactRequest).reference
    assert [each.kind for each in kept(OutgoingMail)] == ["request-copy"]


@pytest.mark.parametrize("alter", [lambda token: token[:-3] + "abc", lambda _token: "1"])
def test_nobody_sees_another_s_confirmation(client: FlaskClient, alter) -> None:  # type: ignore[no-untyped-def]
    location = send(client).location
    token = re.search(r"request=(.+)", location)
    assert token
    answer = client.get(f"{CONTACT}/sent?request={alter(token[1])}", headers=BY_FORM)
    assert answer.status_code == 302


def test_a_request_of_a_visit_stands_beside_what_was_noted_in_it(client: FlaskClient) -> None:
    client.get(CONTACT, headers=BROWSER)
    send(client)
    assert only(ContactRequest).visit_id == only(ContactAttempt).visit_id
    assert db.session.scalar(select(func.count(Visit.id))) == 1


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize(("subject", "offered"), [("days", False), ("refund", True)])
def test_one_word_alone_offers_what_has_it_in_its_title(
    client: FlaskClient, subject: str, offered: bool
) -> None:
    answer = client.post(f"{CONTACT}/suggestions", data={"subject": subject}, headers=BY_SCRIPT)
    assert ("Refund times" in answer.text) is offered
