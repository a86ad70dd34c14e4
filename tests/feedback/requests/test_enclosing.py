"""Claims about the files of an answer and of a note: how they come, who reads them, where they go."""

import io
import re
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from feedback.contact.receipts import address_of as receipt_of
from feedback.contact.sending import Sent
from feedback.requests.files.keeping import address, forget_unsent, keep_file
from feedback.requests.models import Author, ContactRequest, RequestFile, RequestMessage
from feedback.requests.sender.links import new_link
from feedback.requests.thread import NewMessage, add_message
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests.feedback.contact.test_files import KEY, picture
from tests.feedback.requests.test_inbox import address_of, ask, writer

__all__ = ["writer"]  # a fixture
LABEL = b"CMD-2026-0042\n"


def reply(writer: FlaskClient, kept: ContactRequest, **more: object) -> tuple[int, str]:
    data = {"act": "answer", "body": "Here is your label.", **more}
    answer = writer.post(f"{address_of(kept)}/reply", data=data)
    db.session.expire_all()
    return answer.status_code, answer.text


def chosen(name: str = "label.txt", content: bytes = LABEL) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def upload(writer: FlaskClient, kept: ContactRequest, content: bytes, name: str) -> tuple[int, str]:
    data = {"file": (io.BytesIO(content), name)}
    answer = writer.post(f"{address_of(kept)}/files", data=data)
    return answer.status_code, answer.text


def files() -> list[RequestFile]:
    return list(db.session.scalars(select(RequestFile).order_by(RequestFile.id)))


def test_an_answer_that_a_full_disk_did_not_take_stays_in_the_page(
    app: Flask, writer: FlaskClient
) -> None:
    kept = ask()

    def fail(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO request_message"):
            full = sqlite3.OperationalError("database or disk is full")
            raise OperationalError("INSERT", {}, full)

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        status, page = reply(writer, kept, body="Words to keep.")
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
    assert status == 503
    assert "The disk of the server is full" in page
    assert "Words to keep." in page
    assert reply(writer, kept, body="Words to keep.")[0] == 303


def let_in(client: FlaskClient, kept: ContactRequest) -> FlaskClient:
    """Return the browser of its customer."""
    link = new_link(kept)
    db.session.commit()
    assert client.post(link.partition("localhost")[2]).status_code == 303
    return client


def test_without_scripts_a_file_goes_with_the_answer_into_the_thread_of_its_customer(
    app: Flask, writer: FlaskClient
) -> None:
    kept = ask()
    assert reply(writer, kept, attachment=chosen())[0] == 303
    [file] = files()
    message = db.session.scalars(select(RequestMessage)).one()
    assert (file.request_id, file.message_id, file.name) == (kept.id, message.id, "label.txt")
    customer = let_in(app.test_client(), kept)
    shown = customer.get(f"/en/requests/{kept.reference}").text
    [link] = re.findall(r'href="(/en/requests/[^"]+/files/[^"]+)"', shown)
    assert customer.get(link).data == LABEL
    assert app.test_client().get(link).status_code == 404


def test_a_refused_file_sends_nothing_and_the_words_and_other_files_stay(
    writer: FlaskClient,
) -> None:
    kept = ask()
    status, page = reply(writer, kept, attachment=[chosen(), chosen("tool.zip", b"PK\x03\x04")])
    assert status == 422
    assert ">\nHere is your label.</textarea>" in page
    assert "Send the files in it one by one" in page
    assert db.session.scalars(select(RequestMessage)).all() == []
    [key] = KEY.findall(page)
    status, page = reply(writer, kept, file=key, remove=key, act="", kind="note")
    assert (status, KEY.findall(page)) == (200, [])
    assert re.search(r'value="note" checked', page)
    assert ">\nHere is your label.</textarea>" in page
    assert reply(writer, kept, file=key, body="")[0] == 303, "files alone say something too"


def test_a_script_sends_files_at_once_finds_them_again_and_takes_them_back(
    writer: FlaskClient,
) -> None:
    kept = ask()
    lines = [upload(writer, kept, picture(), name) for name in ("one.png", "two.png")]
    assert [status for status, _line in lines] == [201, 201]
    one, two = (KEY.findall(line)[0] for _status, line in lines)
    found = writer.post(f"{address_of(kept)}/files/waiting", data={"file": [two, one, "0" * 32]})
    assert KEY.findall(found.text) == [one, two]
    assert writer.post(f"{address_of(kept)}/files/{one}/remove").status_code == 204
    assert reply(writer, kept, file=[one, two])[0] == 303
    assert [(each.name, each.request_id) for each in files()] == [("two.png", kept.id)]


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"", "empty.txt", 422, "is empty"),
        (b"PK\x03\x04", "tool.zip", 422, "one by one"),
        (b"<html>", "label.pdf", 422, "not what its name says"),
    ],
)
def test_what_customers_may_not_send_colleagues_do_not_either(
    writer: FlaskClient, content: bytes, name: str, status: int, words: str
) -> None:
    refused = upload(writer, ask(), content, name)
    assert refused[0] == status
    assert words in refused[1]
    assert files() == []


def test_a_file_of_a_note_never_reaches_the_customer(app: Flask, writer: FlaskClient) -> None:
    kept = ask()
    mails = len(db.session.scalars(select(OutgoingMail)).all())
    sent = {"act": "note", "body": "Their invoice", "attachment": chosen("invoice.txt")}
    assert reply(writer, kept, **sent)[0] == 303
    [file] = files()
    link = address(file)
    assert "invoice.txt" in writer.get(address_of(kept)).text
    assert writer.get(link).data == LABEL
    customer = let_in(app.test_client(), kept)
    assert customer.get(link).status_code == 404
    receipt = receipt_of(Sent(kept.id, kept.reference, is_copied=True))
    for page in (f"/en/requests/{kept.reference}", receipt.partition("localhost")[2] or receipt):
        answer = customer.get(page)
        assert answer.status_code == 200
        assert "invoice.txt" not in answer.text
    assert len(db.session.scalars(select(OutgoingMail)).all()) == mails


def test_only_who_answers_requests_adds_files(app: Flask) -> None:
    kept = ask()
    waiting = keep_file(db.session(), LABEL, "label.txt")
    db.session.commit()
    stranger = app.test_client()
    where = f"{address_of(kept)}/files"
    for path in (where, f"{where}/waiting", f"{where}/{waiting.key}/remove"):
        data = {"file": (io.BytesIO(LABEL), "a.txt")} if path == where else {"file": waiting.key}
        assert stranger.post(path, data=data).status_code >= 300
    assert [each.name for each in files()] == ["label.txt"]


def test_files_of_an_answer_that_was_never_sent_are_erased_after_a_day(
    writer: FlaskClient,
) -> None:
    kept = ask()
    upload(writer, kept, LABEL, "label.txt")
    db.session.execute(update(RequestFile).values(created_at=utc_now() - timedelta(days=2)))
    db.session.commit()
    forget_unsent()
    assert files() == []


def test_an_answer_sent_over_a_colleague_keeps_its_files(writer: FlaskClient) -> None:
    kept = ask()
    add_message(db.session(), kept, NewMessage(Author.STAFF, "I have it.", author_name="Jonas"))
    db.session.commit()
    status, page = reply(writer, kept, attachment=chosen(), revision="0")
    assert status == 409
    assert len(KEY.findall(page)) == 1
