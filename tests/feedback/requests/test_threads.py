"""Claims about the customer's page: the ways in, what can be done there, and what is never lost."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from feedback.contact.form import Letter
from feedback.contact.sending import send_request
from feedback.requests.models import Author, ContactRequest, RequestLink, RequestMessage
from feedback.requests.sender.links import forget_old, new_link
from feedback.requests.thread import NewMessage, add_message
from feedback.surveys.models import After, SurveyResponse
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests.feedback.cast import ALICE


@pytest.fixture
def kept(app: Flask) -> ContactRequest:
    sent = send_request(ALICE, Letter("Where is my parcel?", "I wait.", "alice@example.com"), "en")
    return db.session.get_one(ContactRequest, sent.request_id)


@pytest.fixture
def inside(kept: ContactRequest, client: FlaskClient) -> FlaskClient:
    """A browser that was let in."""
    assert client.post(link_of(kept)).status_code == 303
    return client


def link_of(kept: ContactRequest) -> str:
    address = new_link(kept)
    db.session.commit()
    return address.partition("localhost")[2]


def page_of(kept: ContactRequest) -> str:
    return f"/en/requests/{kept.reference}"


def links_sent() -> list[str]:
    mails = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.kind == "request-link").order_by(OutgoingMail.id)
    )
    found = [re.search(r"/en/requests/\S+/open/\S+", each.text) for each in mails]
    return [each[0] for each in found if each]


def messages(kept: ContactRequest) -> list[RequestMessage]:
    query = select(RequestMessage).where(RequestMessage.request_id == kept.id)
    return list(db.session.scalars(query.order_by(RequestMessage.id)))


def let_time_pass() -> None:
    """End every session that runs."""
    db.session.execute(update(RequestLink).values(session_ends_at=utc_now() - timedelta(minutes=1)))
    db.session.commit()


def test_a_link_is_used_up_by_its_button_and_never_by_looking(
    kept: ContactRequest, client: FlaskClient, app: Flask
) -> None:
    link = link_of(kept)
    for _ in range(3):  # programs that look through mail
        assert "Open my request" in app.test_client().get(link).text
    entered = client.post(link)
    led = client.get(entered.headers["Location"])
    assert led.headers["Location"].endswith(page_of(kept))
    shown = client.get(page_of(kept))
    assert "I wait." in shown.text
    assert shown.headers["Cache-Control"] == "private, no-store"
    again = app.test_client().post(link)
    assert again.status_code == 410
    assert "I wait." not in again.text
    assert "Send me the link" in again.text


def test_a_browser_without_cookies_is_told_why_the_page_does_not_open(
    kept: ContactRequest, app: Flask
) -> None:
    refusing = app.test_client(use_cookies=False)
    entered = refusing.post(link_of(kept))
    door = refusing.get(entered.headers["Location"])
    assert "keeps no cookies" in door.text
    assert "keeps no cookies" not in refusing.get(page_of(kept)).text


def test_an_old_link_opens_nothing(kept: ContactRequest, client: FlaskClient) -> None:
    link = link_of(kept)
    db.session.execute(update(RequestLink).values(expires_at=utc_now() - timedelta(seconds=1)))
    db.session.commit()
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410
    assert "I wait." not in client.get(page_of(kept)).text


def test_the_cookie_goes_to_the_pages_of_one_request_alone(
    kept: ContactRequest, client: FlaskClient
) -> None:
    cookies = client.post(link_of(kept)).headers.getlist("Set-Cookie")
    own = [each for each in cookies if each.startswith("kb_request=")]
    assert {re.search(r"Path=([^;]+)", each)[1] for each in own} == {  # type: ignore[index]
        f"/{locale}/requests/{kept.reference}" for locale in ("en", "fr")
    }
    assert all("HttpOnly" in each and "SameSite=Lax" in each for each in own)
    assert not any(each.startswith("session=") for each in cookies)


def test_a_link_of_one_request_opens_no_other(kept: ContactRequest, client: FlaskClient) -> None:
    sent = send_request(ALICE, Letter("Other", "Secret.", "bob@example.com"), "en")
    other = db.session.get_one(ContactRequest, sent.request_id)
    stolen = link_of(kept).replace(kept.reference, other.reference)
    assert client.post(stolen).status_code == 410
    assert "Secret." not in client.get(page_of(other)).text


def test_the_door_says_the_same_whether_there_is_a_request_or_not(
    kept: ContactRequest, client: FlaskClient
) -> None:
    def told(reference: str) -> tuple[int, str, str]:
        asked = client.post(f"/en/requests/{reference}/link")
        after = client.get(asked.headers["Location"]).text
        before = client.get(f"/en/requests/{reference}").text
        return asked.status_code, *(each.replace(reference, "X") for each in (before, after))

    assert told(kept.reference) == told("AAAA-BBBB".replace("A", "C"))
    assert len(links_sent()) == 1
    assert db.session.scalars(select(OutgoingMail.recipient)).all()[-1] == "alice@example.com"


def test_a_reference_alone_finds_nothing_without_its_address(
    kept: ContactRequest, client: FlaskClient
) -> None:
    for email in ("bob@example.com", "ALICE@example.com"):
        typed = {"reference": kept.reference.lower().replace("-", " "), "email": email}
        asked = client.post("/en/requests", data=typed)
        assert "is on its way" in client.get(asked.headers["Location"]).text
    assert len(links_sent()) == 1
    assert client.post("/en/requests", data={"reference": "", "email": "x"}).status_code == 422


def test_nobody_fills_a_mailbox_with_links(kept: ContactRequest, client: FlaskClient) -> None:
    answers = {client.post(f"{page_of(kept)}/link").status_code for _ in range(8)}
    assert answers == {303}
    assert len(links_sent()) == 4


def test_a_customer_adds_closes_and_opens_again(kept: ContactRequest, inside: FlaskClient) -> None:
    add_message(db.session(), kept, NewMessage(Author.STAFF, "It comes **today**."))
    db.session.commit()
    shown = inside.get(page_of(kept)).text
    assert "It comes <strong>today</strong>." in shown
    assert "it is your turn" in shown
    closed = inside.post(page_of(kept), data={"act": "solved", "message": "Thank you!"})
    after = inside.get(closed.headers["Location"]).text
    assert "your request is closed" in after
    assert 'class="survey"' in after
    db.session.expire_all()
    assert (kept.closed_by, [each.text for each in messages(kept)][-1]) == (
        Author.CUSTOMER,
        "Thank you!",
    )
    [asked] = db.session.scalars(select(SurveyResponse))
    assert (asked.after, asked.request_id, asked.mail_id) == (After.REQUEST, kept.id, None)
    inside.post(page_of(kept), data={"act": "reopen"})
    db.session.expire_all()
    assert kept.resolved_at is None
    assert kept.waiting_since is not None


def test_the_same_message_twice_is_one(kept: ContactRequest, inside: FlaskClient) -> None:
    for _ in range(2):
        assert inside.post(page_of(kept), data={"message": "And my lamp?"}).status_code == 303
    assert [each.text for each in messages(kept)] == ["And my lamp?"]
    assert inside.post(page_of(kept), data={"message": "  "}).status_code == 422


def test_words_written_for_longer_than_the_session_come_back_with_a_fresh_link(
    kept: ContactRequest, inside: FlaskClient
) -> None:
    let_time_pass()
    late = inside.post(page_of(kept), data={"message": "A long story"})
    assert late.status_code == 410
    assert ">A long story</textarea>" in late.text
    inside.post(f"{page_of(kept)}/link", data={"words": "A long story"})
    inside.post(links_sent()[-1])
    shown = inside.get(page_of(kept)).text
    assert ">A long story</textarea>" in shown
    assert messages(kept) == []
    inside.post(page_of(kept), data={"message": "A long story"})
    assert "A long story</textarea>" not in inside.get(page_of(kept)).text
    assert len(messages(kept)) == 1


def test_a_stranger_puts_no_words_into_the_mouth_of_a_customer(
    kept: ContactRequest, client: FlaskClient
) -> None:
    client.post(f"{page_of(kept)}/link", data={"words": "Call me on 0123"})
    client.post(links_sent()[-1])
    assert "Call me" not in client.get(page_of(kept)).text


def test_what_customers_write_is_letters_and_notes_stay_inside(
    kept: ContactRequest, inside: FlaskClient
) -> None:
    add_message(db.session(), kept, NewMessage(Author.STAFF, "He is rude", is_note=True))
    add_message(db.session(), kept, NewMessage(Author.CUSTOMER, "<script>x</script>\nbye"))
    db.session.commit()
    shown = inside.get(page_of(kept)).text
    assert "&lt;script&gt;x&lt;/script&gt;<br>bye" in shown
    assert "rude" not in shown


def test_files_come_with_a_message_and_one_that_is_refused_holds_it_back(
    kept: ContactRequest, inside: FlaskClient
) -> None:
    def sent(name: str, content: bytes) -> int:
        data = {"message": "See the file", "attachment": (io.BytesIO(content), name)}
        return inside.post(page_of(kept), data=data).status_code

    assert sent("tool.zip", b"PK\x03\x04") == 422
    assert messages(kept) == []
    assert sent("label.txt", b"CMD-2026-0042\n") == 303
    shown = inside.get(page_of(kept)).text
    [address] = re.findall(r'href="(/en/requests/[^"]+/files/[^"]+)"', shown)
    assert inside.get(address).data == b"CMD-2026-0042\n"


def test_old_links_are_erased_with_the_words_they_kept(
    kept: ContactRequest, inside: FlaskClient
) -> None:
    now = utc_now()
    new_link(kept, words="A long story", at=now - timedelta(days=3))
    db.session.commit()
    assert forget_old(at=now) == 1
    assert "I wait." in inside.get(page_of(kept)).text
    assert forget_old(at=now + timedelta(days=3)) == 1
