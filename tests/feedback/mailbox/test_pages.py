"""Claims about the pages of e-mail: what waits for a person, and “this answers my question”."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.mailbox.acknowledging import acknowledge
from feedback.mailbox.models import Became
from feedback.mailbox.solving import solved_address
from feedback.mailbox.taking import take
from feedback.models import Channel, SearchIntent
from feedback.requests.models import Author, ContactRequest
from kb.accounts.models import RoleName
from kb.db import db
from search.sync import reconcile
from tests import factories
from tests.feedback.mailbox.conftest import opened, outgoing
from tests.feedback.mailbox.test_taking import NEW, mails

HELD = b"From: zoe@example.com\r\nSubject: Lamp\r\nX-Spam-Flag: YES\r\n\r\nIt blinks <script>.\r\n"


@pytest.fixture
def writer(sign_in: Callable[[RoleName], FlaskClient]) -> FlaskClient:
    """A colleague who answers requests."""
    client = sign_in(RoleName.WRITER)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_what_waits_is_listed_and_can_become_a_request(app: Flask, writer: FlaskClient) -> None:
    take(HELD)
    assert "It blinks" not in writer.get("/studio/mail").text
    page = writer.get("/studio/mail?show=set-aside").text
    assert "It blinks &lt;script&gt;." in page
    answer = writer.post("/studio/mail/1", data={"act": "request"})
    assert answer.status_code == 303
    request = db.session.scalars(select(ContactRequest)).one()
    assert answer.location.endswith(f"/studio/requests/{request.reference}")
    [mail] = mails()
    assert (mail.became, mail.request_id) == (Became.REQUEST, request.id)
    assert writer.post("/studio/mail/1", data={"act": "nothing"}).status_code == 400


def test_a_mail_is_given_as_it_came_and_shown_by_no_browser(
    app: Flask, writer: FlaskClient
) -> None:
    take(HELD)
    answer = writer.get("/studio/mail/1/message.eml")
    assert answer.data == HELD
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_is_laid_aside_waits_no_more_and_can_be_taken_back(
    app: Flask, writer: FlaskClient
) -> None:
    take(b"Subject: x\r\n\r\nWho am I?")
    assert "Who am I?" in writer.get("/studio/mail").text
    answer = writer.post("/studio/mail/1", data={"act": "aside"})
    assert "Who am I?" not in writer.get(answer.location).text
    writer.post("/studio/mail/1", data={"act": "back"})
    assert "Who am I?" in writer.get("/studio/mail").text
    assert (
        "cannot be answered"
        in writer.post("/studio/mail/1", data={"act": "request"}, follow_redirects=True).text
    )


def test_a_held_answer_can_be_put_into_its_thread(app: Flask, writer: FlaskClient) -> None:
    request = opened()
    header = "Authentication-Results: mx.clairson.example; dmarc=fail\r\n"
    raw = f"From: alice@example.com\r\n{header}Subject: [{request.reference}]\r\n\r\nHello"
    assert take(raw.encode()).became is Became.HELD
    [mail] = mails()
    assert mail.request_id == request.id
    assert writer.post("/studio/mail/1", data={"act": "thread"}).status_code == 303
    db.session.refresh(mail)
    assert mail.became is Became.MESSAGE


def test_a_confirmation_offers_what_the_site_would_and_the_search_counts(app: Flask) -> None:
    lamp = factories.article(
        "Ma lampe clignote", "Débranchez la lampe pendant dix secondes.", locale="fr"
    )
    reconcile(app)
    request = db.session.get_one(ContactRequest, take(NEW).request_id)
    acknowledge()
    [copy] = outgoing("request-copy")
    assert lamp.title in copy.text
    assert "/fr/requests/solved/" in copy.text
    assert request.subject_id == lamp.id
    [intent] = db.session.scalars(select(SearchIntent)).all()
    assert (intent.channel, intent.visit_id) == (Channel.EMAIL, request.visit_id)


def test_a_link_in_a_mail_closes_nothing_until_somebody_says_so(
    app: Flask, client: FlaskClient
) -> None:
    lamp = factories.article()
    request = opened()
    address = solved_address(request, lamp).removeprefix("https://help.clairson.example")
    page = client.get(address)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert lamp.title in page.text
    db.session.refresh(request)
    assert request.resolved_at is None
    closed = client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert 'name="score"' in client.get(closed.location).text
    again = client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert (closed.status_code, again.status_code) == (303, 303)
    assert "survey=" not in again.location
    db.session.refresh(request)
    assert (request.closed_by, request.answered_at) == (Author.CUSTOMER, None)
    assert "is closed" in client.get(address).text
    assert client.get(address[:-3] + "abc").status_code == 404
