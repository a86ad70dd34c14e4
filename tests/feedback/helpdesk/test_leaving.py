"""Claims about what leaves for a help desk: to servers that answer as the real ones document."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from feedback.helpdesk import setting
from feedback.helpdesk.models import DeskKind
from feedback.helpdesk.present import keeps_requests, mail_desk, where
from feedback.helpdesk.setting import Wish, connect, left_here, let_go, send_left, try_out
from feedback.requests.files.keeping import keep_file
from feedback.requests.models import Author, ContactRequest
from feedback.requests.resolving import reopen, resolve
from feedback.requests.thread import NewMessage, add_message
from kb.db import db, utc_now
from kb.deliveries.models import Delivery
from kb.deliveries.outcomes import NotTaken
from kb.deliveries.sending import deliver_due
from kb.webhooks.signatures import verify
from tests.feedback.helpdesk.conftest import Ask, desk, pass_time
from tests.feedback.helpdesk.fakes import KEY, FakeFreshdesk, FakeZammad, FakeZendesk
from tests.listening import Program, Says, says_json


def deliver() -> None:
    """Send what is due, and what was put off after a while."""
    deliver_due()
    db.session.expire_all()


def write(request: ContactRequest, text: str, author: Author = Author.CUSTOMER) -> None:
    add_message(db.session(), request, NewMessage(author, text))
    db.session.commit()


def test_a_request_becomes_a_ticket_with_all_that_whoever_answers_would_ask(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    request = ask()
    deliver()
    ticket = zendesk.one
    assert ticket["external_id"] == request.reference
    assert ticket["subject"] == f"[{request.reference}] The lamp flickers"
    assert ticket["requester"] == {"name": "Bob", "email": "bob@example.org"}
    assert ticket["tags"] == ["help-site", "lang_en"]
    assert {"id": 360001, "value": "A-17"} in ticket["custom_fields"]
    assert {"id": 360002, "value": "en"} in ticket["custom_fields"]
    said, background = ticket["comments"]
    assert said["body"].startswith("Since Monday.")
    assert "lamp flickers" not in said["body"].replace("The lamp", ""), "the customer sees this one"
    assert not background["public"]
    for known in ("lamp flickers", "Reset a lamp", "Bob <bob@example.org>", "English"):
        assert known in background["body"]
    assert f"/studio/requests/{request.reference}" in background["body"]
    assert (request.external_reference, request.external_url) == (
        "4711",
        f"{desk().address}/agent/tickets/4711",
    )


def test_files_arrive_as_uploads(app: Flask, zendesk: FakeZendesk, ask: Ask) -> None:
    kept = keep_file(db.session(), b"The serial number is 7.\n", "serial.txt")
    db.session.commit()
    ask(files=(kept.key,))
    deliver()
    assert zendesk.one["comments"][0]["uploads"] == ["up1"]
    assert zendesk.uploads["up1"] == ("serial.txt", b"The serial number is 7.\n")


def test_files_of_an_answer_given_here_go_along_and_those_of_a_note_stay(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    request = ask()
    for is_note, name in ((True, "invoice.txt"), (False, "label.txt")):
        kept = keep_file(db.session(), b"CMD-2026-0042\n", name)
        new = NewMessage(Author.STAFF, "Here it is.", is_note=is_note, files=(kept.key,))
        add_message(db.session(), request, new)
    kept = keep_file(db.session(), b"Thanks\n", "thanks.txt")
    add_message(db.session(), request, NewMessage(Author.CUSTOMER, "", files=(kept.key,)))
    db.session.commit()
    deliver()
    *_before, answer, thanks = zendesk.one["comments"]
    assert (answer["public"], answer["uploads"]) == (False, ["up1"])
    assert (thanks["body"], thanks["uploads"]) == ("thanks.txt", ["up2"])
    assert [name for name, _content in zendesk.uploads.values()] == ["label.txt", "thanks.txt"]


def test_what_the_customer_adds_arrives_in_their_name_and_in_order(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    zendesk.is_down = True
    request = ask()
    for number in range(3):
        write(request, f"More {number}.")
    deliver()
    assert zendesk.tickets == {}
    zendesk.is_down = False
    pass_time(timedelta(days=1))
    deliver()
    comments = zendesk.one["comments"]
    assert [each["body"] for each in comments[2:]] == ["More 0.", "More 1.", "More 2."]
    assert {each.get("author_id") for each in comments[2:]} == {77}
    assert zendesk.one["status"] == "open"


def test_a_desk_that_is_down_for_a_day_loses_nothing(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    zendesk.is_down = True
    kept = []
    for _hour in range(12):
        kept.append(ask(subject=f"Lamp {_hour}").reference)
        deliver()
        pass_time(timedelta(hours=2))
    where_it_is = where(db.session.scalars(select(ContactRequest)).first())
    assert where_it_is is not None
    assert where_it_is.is_waiting
    assert "503" in where_it_is.trouble
    zendesk.is_down = False
    pass_time(timedelta(hours=8))
    deliver()
    assert [each["external_id"] for each in zendesk.tickets.values()] == kept


@pytest.mark.parametrize("lost", [1, 2])
def test_an_answer_lost_on_the_way_makes_no_second_ticket_and_no_second_comment(
    app: Flask, zendesk: FakeZendesk, ask: Ask, lost: int
) -> None:
    zendesk.loses_answers = lost
    request = ask()
    for _try in range(4):
        deliver()
        pass_time(timedelta(hours=1))
    assert len(zendesk.tickets) == 1
    assert len(zendesk.one["comments"]) == 2
    zendesk.loses_answers = 1
    write(request, "More.")
    for _try in range(3):
        deliver()
        pass_time(timedelta(hours=1))
    assert [each["body"] for each in zendesk.one["comments"][2:]] == ["More."]


def test_the_same_key_goes_with_the_same_body(
    app: Flask, zendesk: FakeZendesk, server: Program, ask: Ask
) -> None:
    ask()
    deliver()
    delivery = db.session.scalars(select(Delivery).order_by(Delivery.id)).first()
    assert delivery is not None
    (made,) = [each for each in server.heard if each.path == "/api/v2/tickets.json"]
    assert made.headers["idempotency-key"].startswith(delivery.event_id)


def test_a_customer_who_closes_solves_the_ticket_and_one_who_comes_back_opens_it(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    request = ask()
    deliver()
    resolve(request, by=Author.CUSTOMER)
    db.session.commit()
    deliver()
    assert zendesk.one["status"] == "solved"
    reopen(request, by=Author.CUSTOMER)
    db.session.commit()
    deliver()
    assert zendesk.one["status"] == "open"


def test_a_ticket_that_may_not_be_solved_gets_at_least_the_reason(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    zendesk.refuses_to_solve = True
    request = ask()
    resolve(request, by=Author.CUSTOMER)
    db.session.commit()
    deliver()
    last = zendesk.one["comments"][-1]
    assert "solved" in last["body"]
    assert not last["public"]


def test_what_is_answered_here_is_a_note_there(app: Flask, zendesk: FakeZendesk, ask: Ask) -> None:
    request = ask()
    write(request, "Turn the dial.", Author.STAFF)
    deliver()
    last = zendesk.one["comments"][-1]
    assert "Turn the dial." in last["body"]
    assert not last["public"]


def test_notes_and_what_programs_wrote_stay_here(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    request = ask()
    for more in ({"is_note": True}, {"is_automatic": True}):
        add_message(db.session(), request, NewMessage(Author.STAFF, "Hm.", **more))  # type: ignore[arg-type]
    db.session.commit()
    deliver()
    assert len(zendesk.one["comments"]) == 2


def test_a_wrong_token_is_said_and_nothing_is_lost(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    kept = desk()
    setting.change(kept, Wish(kept.kind, address=kept.address, user=kept.user, key="wrong"))
    with pytest.raises(NotTaken, match="401"):
        try_out(desk())
    ask()
    deliver()
    assert zendesk.tickets == {}
    setting.change(desk(), Wish(kept.kind, address=desk().address, user=desk().user, key=KEY))
    assert try_out(desk()) == "Ines (agent)"
    pass_time(timedelta(minutes=1))
    deliver()
    assert len(zendesk.tickets) == 1


def test_an_erased_request_is_no_trouble(app: Flask, zendesk: FakeZendesk, ask: Ask) -> None:
    zendesk.is_down = True
    request = ask()
    deliver()
    db.session.delete(request)
    db.session.commit()
    zendesk.is_down = False
    pass_time(timedelta(minutes=1))
    assert deliver_due().delivered == 2
    assert zendesk.tickets == {}


def test_freshdesk_gets_tickets_notes_and_states(app: Flask, server: Program, ask: Ask) -> None:
    fake = server.answering = FakeFreshdesk()
    kept, _secret = connect(
        Wish(DeskKind.FRESHDESK, address=server.url, key=KEY, fields="order = cf_order")
    )
    assert try_out(kept) == "Ines"
    request = ask(message="Since <Monday>.\nIt hums.")
    write(request, "More.")
    resolve(request, by=Author.CUSTOMER)
    db.session.commit()
    deliver()
    (ticket,) = fake.tickets
    assert ticket["description"].startswith("Since &lt;Monday&gt;.<br>It hums.")
    assert ticket["custom_fields"] == {"cf_order": "A-17"}
    assert ticket["status"] == 4
    background, more, closed = fake.notes
    assert (background["private"], more["private"], closed["private"]) == (True, False, True)
    assert more["user_id"] == 5
    db.session.refresh(request)
    assert request.external_url.endswith("/a/tickets/12")


def test_freshdesk_gets_files_in_a_form(app: Flask, server: Program, ask: Ask) -> None:
    fake = server.answering = FakeFreshdesk()
    connect(Wish(DeskKind.FRESHDESK, address=server.url, key=KEY))
    kept = keep_file(db.session(), b"Serial 7.\n", "serial.txt")
    db.session.commit()
    ask(files=(kept.key,))
    deliver()
    (form,) = fake.forms
    assert b'name="attachments[]"; filename="serial.txt"' in form
    assert b"Serial 7.\n" in form
    assert b'name="tags[]"\r\n\r\nlang_en' in form


def test_zammad_gets_tickets_articles_and_states(app: Flask, server: Program, ask: Ask) -> None:
    fake = server.answering = FakeZammad()
    kept, _secret = connect(
        Wish(DeskKind.ZAMMAD, address=server.url, key=KEY, group="Help", tags="a, b")
    )
    assert try_out(kept) == "Ines L"
    file = keep_file(db.session(), b"Serial 7.\n", "serial.txt")
    db.session.commit()
    request = ask(files=(file.key,))
    write(request, "More.")
    resolve(request, by=Author.CUSTOMER)
    db.session.commit()
    deliver()
    (ticket,) = fake.tickets
    assert ticket["asked"]["customer_id"] == "guess:bob@example.org"
    assert (ticket["group"], ticket["tags"]) == ("Help", "a,b,lang_en")
    assert ticket["article"]["attachments"][0]["filename"] == "serial.txt"
    background, more, closed = fake.articles
    assert (background["internal"], more["internal"], closed["internal"]) == (True, False, True)
    assert (more["sender"], more["origin_by_id"]) == ("Customer", 9)
    assert ticket["state"] == "closed"


def test_a_program_gets_everything_in_one_signed_message(
    app: Flask, server: Program, ask: Ask, client: FlaskClient
) -> None:
    _kept, secret = connect(Wish(DeskKind.WEBHOOK, address=server.url + "/requests"))
    server.answering = lambda _heard: says_json({"ticket": "CRM-9", "url": "https://crm.example/9"})
    file = keep_file(db.session(), b"Serial 7.\n", "serial.txt")
    db.session.commit()
    request = ask(files=(file.key,))
    deliver()
    (sent,) = server.heard
    verify([secret], sent.headers, sent.body, utc_now())
    data = sent.json["data"]
    assert (sent.json["type"], sent.json["version"]) == ("request.opened", 1)
    assert data["searched"] == ["lamp flickers"]
    assert [each["title"] for each in data["read"]] == ["Reset a lamp"]
    assert data["details"] == {"order": "A-17"}
    path = data["files"][0]["url"].removeprefix("https://help.clairson.example")
    assert client.get(path).data == b"Serial 7.\n"
    assert client.get(path[:-1]).status_code == 404
    db.session.refresh(request)
    assert request.external_reference == "CRM-9"
    write(request, "More.")
    deliver()
    assert server.heard[-1].json["data"]["added"]["text"] == "More."


def test_a_program_that_says_nothing_of_itself_has_taken_it_too(
    app: Flask, server: Program, ask: Ask
) -> None:
    connect(Wish(DeskKind.WEBHOOK, address=server.url))
    server.answering = lambda _heard: Says(204, b"")
    request = ask()
    deliver()
    db.session.refresh(request)
    assert request.external_reference == request.reference


def test_a_desk_by_mail_gets_no_deliveries(app: Flask, ask: Ask) -> None:
    connect(Wish(DeskKind.EMAIL, address="desk@clairson.example"))
    ask()
    assert mail_desk() == "desk@clairson.example"
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_what_was_open_before_is_sent_when_somebody_says_so(
    app: Flask, server: Program, ask: Ask
) -> None:
    old, answered = ask(), ask(subject="Another")
    write(answered, "Done.", Author.STAFF)
    server.answering = FakeZendesk()
    kept, _secret = connect(Wish(DeskKind.WEBHOOK, address=server.url))
    write(old, "Still waiting.")
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0
    assert [each.id for each in left_here(kept)] == [old.id]
    assert send_left(kept) == 1
    assert left_here(kept) == []


def test_letting_go_of_a_desk_keeps_requests_here(
    app: Flask, zendesk: FakeZendesk, ask: Ask
) -> None:
    there = ask()
    deliver()
    zendesk.is_down = True
    here = ask(subject="Another")
    deliver()
    let_go(desk())
    assert not keeps_requests()
    assert where(here) is None
    found = where(there)
    assert found is not None
    assert (found.name, found.reference, found.is_waiting) == ("Zendesk", "4711", False)
