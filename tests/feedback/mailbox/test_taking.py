"""Claims about what mails become, once each, whatever is in them."""

import os

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.mailbox import becoming, cleaning, keeping, taking
from feedback.mailbox.models import Became, IncomingMail, Reason
from feedback.mailbox.outgoing import on_given_up
from feedback.mailbox.parsing import Mail
from feedback.mailbox.quoting import MARK
from feedback.mailbox.taking import take
from feedback.models import Channel
from feedback.requests.models import Author, ContactRequest, RequestFile, RequestMessage, Way
from feedback.requests.resolving import resolve
from feedback.writing import NotRecorded
from kb.db import db
from tests.feedback.mailbox.conftest import (
    ALICE,
    CAMILLE,
    answered,
    camille,
    opened,
    outgoing,
    reply_to,
)

NEW = (
    b"From: Zo\xc3\xa9 <zoe@example.com>\r\nTo: help@clairson.example\r\nSubject: Ma lampe clignote\r\n"
    b"Message-ID: <first@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Bonjour, ma lampe clignote et je ne sais pas pourquoi. Merci\r\n"
)


def count(model: type) -> int:
    """Return how many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def mails() -> list[IncomingMail]:
    """Return the mails that were taken, in their order."""
    return list(db.session.scalars(select(IncomingMail).order_by(IncomingMail.id)))


def messages(request: ContactRequest) -> list[RequestMessage]:
    """Return what stands in a thread, notes apart."""
    return list(
        db.session.scalars(
            select(RequestMessage)
            .where(RequestMessage.request_id == request.id, RequestMessage.is_note.is_(False))
            .order_by(RequestMessage.id)
        )
    )


def notes(request: ContactRequest) -> list[str]:
    """Return the notes to colleagues."""
    of = (RequestMessage.request_id == request.id, RequestMessage.is_note)
    return list(db.session.scalars(select(RequestMessage.text).where(*of)))


def test_a_mail_becomes_a_request_once_however_often_it_comes(any_app: Flask) -> None:
    first, again = take(NEW), take(b"Received: by another server\r\n" + NEW)
    assert (first.became, first.is_new, again.is_new) == (Became.REQUEST, True, False)
    assert again.request_id == first.request_id
    request = db.session.get_one(ContactRequest, first.request_id)
    assert (request.email, request.name, request.subject) == (
        "zoe@example.com", "Zoé", "Ma lampe clignote"
    )  # fmt: skip
    assert (request.locale, request.via, request.channel) == ("fr", Way.EMAIL, Channel.EMAIL)
    assert request.visit_id is not None
    assert (count(ContactRequest), count(IncomingMail)) == (1, 1)
    assert [mail.recipient for mail in outgoing()] == ["team@clairson.example"]


def test_two_mails_of_one_name_are_both_taken(app: Flask) -> None:
    take(NEW)
    assert take(NEW.replace(b"clignote et", b"siffle et")).is_new
    assert count(ContactRequest) == 2


def test_an_answer_by_mail_stands_in_the_thread_without_what_it_repeats(any_app: Flask) -> None:
    request = opened()
    answered(request)
    [mail] = outgoing("request-answer")
    taken = take(reply_to(mail, "That helped, thank you!"))
    assert (taken.became, taken.request_id) == (Became.MESSAGE, request.id)
    message = messages(request)[-1]
    assert (message.text, message.author, message.via) == (
        "That helped, thank you!", Author.CUSTOMER, Way.EMAIL
    )  # fmt: skip
    assert "> You had written:" in message.quoted
    assert request.last_by is Author.CUSTOMER
    assert take(reply_to(mail, "That helped, thank you!")).is_new is False
    assert len(messages(request)) == 2


def test_an_answer_opens_what_was_resolved(app: Flask) -> None:
    request = opened()
    resolve(request)
    db.session.commit()
    take(reply_to(outgoing("request-copy")[0], "It still blinks."))
    assert request.resolved_at is None


def test_the_address_alone_brings_an_answer_back_where_headers_were_lost(app: Flask) -> None:
    request = opened()
    [mail] = outgoing("request-copy")
    raw = (
        reply_to(mail, "One more thing.")
        .replace(b"In-Reply-To", b"X-Lost")
        .replace(b"References", b"X-Lost")
    )
    assert take(raw).request_id == request.id
    assert mails()[0].reason == Reason.BY_TOKEN


def test_a_reference_in_the_subject_does_for_the_address_that_wrote_the_request(app: Flask) -> None:
    request = opened()
    raw = f"From: {ALICE}\r\nSubject: Re: [{request.reference}]\r\n\r\nOne more thing.".encode()
    assert take(raw).became is Became.MESSAGE
    stranger = take(raw.replace(ALICE.encode(), b"mallory@example.com"))
    assert stranger.became is Became.REQUEST
    assert [each.text for each in messages(request)] == ["One more thing."]


def test_an_answer_from_another_address_is_a_request_of_its_own(app: Flask) -> None:
    request = opened()
    [mail] = outgoing("request-copy")
    taken = take(reply_to(mail, "It is me, from work.", sender="alice@work.example"))
    assert taken.became is Became.REQUEST
    other = db.session.get_one(ContactRequest, taken.request_id)
    assert request.reference in notes(other)[0]
    assert messages(request) == []


def test_what_our_server_calls_forged_waits_for_a_person(app: Flask) -> None:
    request = opened()
    [mail] = outgoing("request-copy")
    header = "Authentication-Results: mx.clairson.example; dmarc=fail header.from=example.com\n"
    taken = take(reply_to(mail, "Send it to my new address.", headers=header))
    assert (taken.became, mails()[0].reason) == (Became.HELD, Reason.FORGED)
    assert messages(request) == []
    assert keeping.read(mails()[0].raw) is not None


def test_a_signed_name_of_another_key_opens_nothing(app: Flask) -> None:
    request = opened()
    [mail] = outgoing("request-copy")
    token = mail.message_id[1:].split(".")[0]
    forged = reply_to(mail, "Hello").replace(token.encode(), (token[:-16] + "a" * 16).encode())
    assert take(forged.replace(request.reference.encode(), b"?")).became is Became.REQUEST
    assert messages(request) == []


# Colleagues


def test_a_colleague_answers_by_mail_and_only_what_stands_above_the_mark_leaves(
    any_app: Flask,
) -> None:
    request = opened()
    colleague = camille()
    [notice] = outgoing("request")
    assert MARK in notice.text
    raw = reply_to(notice, "Hold the button for ten seconds.", sender=CAMILLE, name="Camille")
    assert take(raw).became is Became.STAFF_ANSWER
    [message] = messages(request)
    assert (message.author, message.user_id) == (Author.STAFF, colleague.id)
    [mail] = outgoing("request-answer")
    assert mail.recipient == ALICE
    assert mail.text.startswith("Hold the button for ten seconds.")
    assert "/studio/" not in mail.text + mail.html
    assert request.answered_at is not None


@pytest.mark.parametrize("sender", [ALICE, "mallory@example.com"])
def test_nobody_but_a_colleague_answers_a_notice(app: Flask, sender: str) -> None:
    request = opened()
    [notice] = outgoing("request")
    assert take(reply_to(notice, "Click here.", sender=sender)).became is Became.HELD
    assert mails()[0].reason == Reason.NOT_A_COLLEAGUE
    assert messages(request) == []


def test_an_answer_that_would_repeat_the_notice_waits(app: Flask) -> None:
    request = opened()
    camille()
    [notice] = outgoing("request")
    body = notice.text.replace(MARK, "")
    raw = reply_to(notice, f"Unplug it.\n\n{body}", sender=CAMILLE).replace(MARK.encode(), b"")
    assert take(raw).became is Became.HELD
    assert messages(request) == []


def test_who_answers_everybody_does_not_write_to_the_customer_twice(app: Flask) -> None:
    opened()
    camille()
    [notice] = outgoing("request")
    raw = reply_to(notice, "Unplug it.", sender=CAMILLE, headers=f"Cc: {ALICE}\n")
    assert take(raw).became is Became.STAFF_ANSWER
    assert outgoing("request-answer") == []


def test_a_colleague_who_writes_as_a_customer_would_counts_apart(app: Flask) -> None:
    camille()
    taken = take(NEW.replace(b"zoe@example.com", CAMILLE.encode()))
    assert db.session.get_one(ContactRequest, taken.request_id).is_staff


# What nobody wrote


def test_a_notice_of_absence_is_noted_and_never_answered(app: Flask) -> None:
    request = opened()
    answered(request)
    before = len(outgoing())
    raw = reply_to(
        outgoing("request-answer")[0], "I am away.", headers="Auto-Submitted: auto-replied\n"
    )
    taken = take(raw)
    assert (taken.became, taken.request_id) == (Became.AUTO_REPLY, request.id)
    assert len(outgoing()) == before
    assert len(messages(request)) == 1


def test_our_own_mail_that_comes_back_is_nothing_new(app: Flask) -> None:
    opened()
    [mail] = outgoing("request-copy")
    raw = f"From: help@clairson.example\r\nMessage-ID: {mail.message_id}\r\n\r\nHello".encode()
    assert take(raw).became is Became.AUTO_REPLY
    assert (count(ContactRequest), mails()[0].raw) == (1, "")


def _bounce(message_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example.com\nReturn-Path: <>\nSubject: Undelivered Mail\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\n'
        "Sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 User unknown\n--b\n"
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n--b--\n"
    ).encode()


def test_a_bounce_marks_the_message_that_did_not_arrive(any_app: Flask) -> None:
    request = opened()
    message = answered(request)
    assert take(_bounce(message.message_id)).became is Became.BOUNCE
    assert message.undelivered == "550 User unknown"
    assert outgoing("request")[-1].recipient == CAMILLE  # she believes that it has arrived
    take(_bounce(message.message_id).replace(b"Undelivered Mail", b"Undelivered again"))
    assert len(outgoing("request")) == 2


def test_a_bounce_of_the_confirmation_leaves_a_note(app: Flask) -> None:
    request = opened()
    take(_bounce(outgoing("request-copy")[0].message_id))
    [note] = notes(request)
    assert "550 User unknown" in note


def test_a_bounce_that_names_nothing_of_ours_marks_nothing(app: Flask) -> None:
    message = answered(opened())
    guessed = message.message_id.replace(message.message_id.split("-")[2][:8], "aaaaaaaa")
    take(_bounce(guessed))
    assert message.undelivered == ""


def test_a_message_that_no_server_took_is_marked(app: Flask) -> None:
    message = answered(opened())
    assert message.mail_id is not None
    on_given_up(app, mail_id=message.mail_id, reason="550 nobody here")
    assert message.undelivered == "550 nobody here"


# Whatever is in them


def test_of_two_workers_that_take_one_mail_the_second_finds_it_taken(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(NEW)
    look, looks = taking._known, list[object]()

    def too_early(mail: Mail) -> taking.Taken | None:
        looks.append(mail)
        return None if len(looks) == 1 else look(mail)

    monkeypatch.setattr(taking, "_known", too_early)
    assert take(NEW).is_new is False
    assert count(ContactRequest) == 1


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x00\x01\x02", Reason.UNREADABLE),
        (b"", Reason.UNREADABLE),
        (b"Subject: x\r\n\r\nHello", Reason.NO_SENDER),
        (b"From: alice@example.com\r\nSubject: x\r\n\r\n\r\n", Reason.NOTHING_SAID),
    ],
)
def test_what_cannot_be_taken_is_kept_as_it_came(app: Flask, raw: bytes, reason: Reason) -> None:
    assert take(raw).became is Became.HELD
    [mail] = mails()
    assert mail.reason == reason
    assert keeping.read(mail.raw) == raw
    assert take(raw).is_new is False


def test_a_mail_that_the_program_stumbles_over_does_not_stop_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_args: object) -> None:
        raise ZeroDivisionError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr(taking, "become", stumble)
        assert take(NEW).became is Became.HELD
    [mail] = mails()
    assert (mail.reason, mail.said) == (Reason.TROUBLE, "ZeroDivisionError: a fault")
    assert keeping.read(mail.raw) == NEW
    assert take(NEW.replace(b"<first@", b"<second@")).became is Became.REQUEST


def test_a_busy_database_takes_nothing_and_says_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> None:
        db.session.execute(select(func.nothing_of_the_kind()))

    with monkeypatch.context() as patch:
        patch.setattr(taking, "become", busy)
        with pytest.raises(NotRecorded):
            take(NEW)
    assert mails() == []
    assert take(NEW).is_new


def test_files_come_with_the_message_and_what_is_refused_is_told(app: Flask) -> None:
    boundary = (
        "From: alice@example.com\nSubject: Lamp\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
        "See the files.\n--b\nContent-Type: text/plain; name=log.txt\nContent-Disposition: attachment; "
        "filename=log.txt\n\nIt blinks.\n--b\nContent-Type: application/zip; name=all.zip\n"
        "Content-Disposition: attachment; filename=all.zip\n\nPK\n--b--\n"
    )
    taken = take(boundary.encode())
    request = db.session.get_one(ContactRequest, taken.request_id)
    files = db.session.scalars(select(RequestFile)).all()
    assert [(each.name, each.request_id) for each in files] == [("log.txt", request.id)]
    assert "all.zip" in notes(request)[0]
    assert (mails()[0].reason, mails()[0].raw != "") == (Reason.FILES_LEFT_OUT, True)


def test_who_writes_without_end_is_held(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(becoming, "REQUESTS_PER_SENDER", ((1, becoming.HOUR),))
    take(NEW)
    assert take(
        NEW.replace(b"<first@", b"<second@").replace(b"clignote et", b"siffle et")
    ).became is (Became.HELD)
    assert mails()[1].reason == Reason.TOO_MANY


def test_cleaning_leaves_what_waits_for_a_person(app: Flask) -> None:
    take(b"Subject: x\r\n\r\nHello")
    take(NEW.replace(b"Message-ID", b"X-Spam-Flag: YES\r\nMessage-ID"))
    held, spam = mails()
    for mail in (held, spam):
        mail.received_at -= 2 * cleaning.KEEP_ROWS
    db.session.commit()
    for name in keeping.names():
        os.utime(keeping.folder() / name, (0, 0))
    names = (held.raw, spam.raw)
    cleaning.clean()
    assert keeping.read(names[0]) is not None
    assert keeping.read(names[1]) is None
    assert [mail.id for mail in mails()] == [held.id]
