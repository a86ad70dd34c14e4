"""What may enter the outbox, and with what."""

import base64

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from kb.db import db
from kb.mail import outbox
from kb.mail.addresses import checked_address, checked_header, checked_subject, one_line, sender
from kb.mail.models import OutgoingMail


def _send(**changed: object) -> OutgoingMail:
    given = {"kind": "request", "subject": "A lamp", "text": "It blinks.", **changed}
    return outbox.send(str(given.pop("to", "bob@clairson.example")), **given)  # type: ignore[arg-type]


def test_a_message_is_kept_with_what_caused_it_and_not_without(any_app: Flask) -> None:
    _send()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0
    _send()
    db.session.commit()
    assert db.session.scalar(select(OutgoingMail.recipient)) == "bob@clairson.example"


def test_pictures_and_headers_come_back_as_they_went_in(any_app: Flask) -> None:
    unsubscribe = {"List-Unsubscribe": "<https://help.clairson.example/stop>"}
    message = _send(html='<img src="cid:chart">', images={"chart": b"\x89PNG"}, headers=unsubscribe)
    db.session.commit()
    db.session.refresh(message)
    assert base64.b64decode(message.images["chart"]) == b"\x89PNG"
    assert message.headers == unsubscribe


def test_two_messages_never_share_an_identity(app: Flask) -> None:
    first, second = _send(), _send()
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@clairson.example>")


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "bob@clairson.example\nBcc: all@clairson.example"},
        {"to": "bob@clairson.example, eve@clairson.example"},
        {"to": "Bob <bob@clairson.example>"},
        {"to": "nobody"},
        {"to": ""},
        {"reply_to": "eve@clairson.example\r\nBcc: all@clairson.example"},
        {"subject": "A lamp\nBcc: all@clairson.example"},
        {"subject": "A lamp\rBcc: all@clairson.example"},
        {"subject": "A\x00lamp"},
        {"subject": " "},
        {"headers": {"List-Unsubscribe": "<https://x.example>\r\nBcc: all@clairson.example"}},
        {"headers": {"X-A\nBcc": "all@clairson.example"}},
        {"headers": {"Bcc": "all@clairson.example"}},
        {"headers": {"From": "eve@clairson.example"}},
        {"headers": {"Content-Type": "text/html"}},
        {"text": "x" * (outbox.MAX_BODY + 1)},
    ],
)
def test_nothing_breaks_out_of_its_header(app: Flask, changed: dict[str, object]) -> None:
    with pytest.raises(outbox.NotSendable):
        _send(**changed)


@given(st.text())
def test_any_text_becomes_one_line_that_a_subject_can_be(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
    if line and len(line) <= 900:
        assert checked_subject(line) == line


@given(st.text(), st.text())
def test_a_header_that_is_taken_is_one_line_of_plain_letters(name: str, value: str) -> None:
    try:
        taken = checked_header(name, value)
    except outbox.NotSendable:
        return
    assert taken == (name, value)
    assert "\n" not in name + value
    assert "\r" not in name + value


def test_a_domain_of_any_script_is_written_as_mail_servers_read_it() -> None:
    assert checked_address("help@bücher.example") == "help@xn--bcher-kva.example"


def test_the_site_writes_as_the_contact_address_unless_another_is_set(app: Flask) -> None:
    settings = app.extensions["kb_settings"]
    assert str(sender(settings)) == "Clairson <help@clairson.example>"
    named = settings.model_copy(update={"mail_from": "Help <hello@clairson.example>"})
    assert str(sender(named)) == "Help <hello@clairson.example>"
    assert sender(settings.model_copy(update={"contact_email": ""})) is None
