"""What leaves the outbox, to a real mail server, and what becomes of what does not."""

import multiprocessing
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from kb.config import Settings
from kb.db import db, utc_now
from kb.mail import cleaning, outbox
from kb.mail.delivery import CLAIM, claim, deliver_due, revive
from kb.mail.models import OutgoingMail
from kb.mail.retries import GIVE_UP_AFTER, LONGEST_WAIT, wait_after
from kb.mail.servers import Security, server_from
from kb.mail.state import check, state
from tests.postbox import CERTIFICATE, Postbox

PNG = b"\x89PNG\r\n\x1a\n\x00"


@pytest.fixture
def settings(settings: Settings, postbox: Postbox) -> Settings:
    """With a mail server, and a public address."""
    return settings.model_copy(
        update={"smtp_url": postbox.url, "site_url": "https://help.clairson.example"}
    )


def _put(recipient: str = "bob@clairson.example", **more: Any) -> int:
    kept = outbox.send(
        recipient,
        **{"kind": "request", "subject": "Votre demande : é", "text": "Ça clignote…\n", **more},
    )
    db.session.commit()
    return kept.id


def _row(identifier: int) -> OutgoingMail:
    row = db.session.get(OutgoingMail, identifier, populate_existing=True)
    assert row is not None
    return row


def _pass_time(by: timedelta) -> None:
    db.session.execute(
        update(OutgoingMail).values(
            due_at=utc_now() - by, created_at=utc_now() - by, claimed_until=None
        )
    )
    db.session.commit()


def test_a_message_arrives_as_it_was_written(app: Flask, postbox: Postbox) -> None:
    _put(
        html='<p>Ça clignote… <img src="cid:chart" alt=""></p>',
        images={"chart": PNG},
        reply_to="eve@clairson.example",
        headers={"List-Unsubscribe": f"<https://help.clairson.example/{'stop' * 40}>"},
    )
    assert deliver_due().sent == 1
    (message,) = postbox.messages
    assert message["Subject"] == "Votre demande : é"
    assert message["From"] == "Clairson <help@clairson.example>"
    assert message["To"] == "bob@clairson.example"
    assert message["Reply-To"] == "eve@clairson.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert plain.get_content().strip() == "Ça clignote…"
    assert html is not None
    assert "cid:chart" in html.get_content()
    (picture,) = [part for part in message.walk() if part.get_content_maintype() == "image"]
    assert picture["Content-ID"] == "<chart>"
    assert picture.get_content() == PNG
    wire = postbox.envelopes[0].content
    assert b"List-Unsubscribe: <https://help.clairson.example/stopstop" in wire  # type: ignore[operator]


def test_nothing_of_a_message_is_kept_once_it_has_left(any_app: Flask, postbox: Postbox) -> None:
    identifier = _put(html="<p>Secret</p>", images={"chart": PNG}, reply_to="eve@clairson.example")
    assert deliver_due().sent == 1
    row = _row(identifier)
    assert row.sent_at is not None
    assert not any(
        (row.recipient, row.reply_to, row.subject, row.text, row.html, row.headers, row.images)
    )
    assert deliver_due().sent == 0
    assert len(postbox.messages) == 1


def test_what_is_for_later_waits(app: Flask, postbox: Postbox) -> None:
    _put(due_at=utc_now() + timedelta(days=2))
    assert deliver_due().sent == 0
    assert state().waiting == 0


def test_many_messages_go_over_one_line_and_survive_its_being_cut(
    app: Flask, postbox: Postbox
) -> None:
    for number in range(5):
        _put(f"reader{number}@clairson.example")
    assert deliver_due().sent == 5
    assert len({envelope.rcpt_tos[0] for envelope in postbox.envelopes}) == 5


@pytest.mark.parametrize(("answer", "is_final"), [("450 later", False), ("550 nobody", True)])
def test_an_address_that_is_refused_holds_up_nobody_else(
    any_app: Flask, postbox: Postbox, answer: str, is_final: bool
) -> None:
    postbox.recipient_says["gone@clairson.example"] = answer
    refused, fine = _put("gone@clairson.example"), _put()
    done = deliver_due()
    assert (done.sent, done.put_off, done.given_up) == (1, int(not is_final), int(is_final))
    assert _row(fine).sent_at is not None
    row = _row(refused)
    assert row.last_error == answer
    assert (row.given_up_at is not None) == is_final
    assert is_final or row.due_at > utc_now()


@pytest.mark.parametrize(("answer", "is_final"), [("451 later", False), ("554 spam", True)])
def test_what_the_server_says_to_the_words_counts_alike(
    app: Flask, postbox: Postbox, answer: str, is_final: bool
) -> None:
    postbox.data_says = answer
    identifier = _put()
    assert deliver_due().trouble == ""
    assert (_row(identifier).given_up_at is not None) == is_final


def test_a_message_put_off_is_sent_once_the_server_takes_it(app: Flask, postbox: Postbox) -> None:
    postbox.data_says = "451 later"
    identifier = _put()
    deliver_due()
    postbox.data_says = "250 kept"
    assert deliver_due().sent == 0, "its time has not come"
    _pass_time(timedelta(hours=1))
    assert deliver_due().sent == 1
    assert _row(identifier).last_error == ""


def test_after_three_days_in_vain_a_message_is_given_up_and_may_be_revived(
    app: Flask, postbox: Postbox
) -> None:
    postbox.data_says = "451 later"
    identifier = _put()
    for _attempt in range(100):
        deliver_due()
        if _row(identifier).given_up_at:
            break
        _pass_time(timedelta(days=1))
    assert _row(identifier).given_up_at is not None
    assert check().state == "degraded"
    postbox.data_says = "250 kept"
    assert revive() == 1
    assert deliver_due().sent == 1
    assert check().state == "ok"


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _point_to(app: Flask, url: str) -> None:
    kept: Settings = app.extensions["kb_settings"]
    app.extensions["kb_settings"] = kept.model_copy(update={"smtp_url": url})


def test_a_server_that_is_away_costs_one_attempt_of_one_message(app: Flask) -> None:
    _point_to(app, f"smtp+plain://127.0.0.1:{_closed_port()}")
    first, second = _put(), _put()
    done = deliver_due()
    assert (done.put_off, done.given_up) == (1, 0)
    assert "refused" in done.trouble
    assert (_row(first).attempts, _row(second).attempts) == (1, 0)
    _pass_time(timedelta(hours=1))
    assert check().state == "degraded"


def test_without_a_server_messages_wait_and_the_site_says_so(app: Flask) -> None:
    _point_to(app, "")
    assert check().state == "ok", "a site may send nothing at all"
    identifier = _put()
    assert deliver_due().sent == 0
    assert _row(identifier).attempts == 0
    found = check()
    assert found.state == "degraded"
    assert "KB_SMTP_URL" in found.detail
    assert "set it" in found.detail


def test_a_message_that_nobody_fetches_points_to_the_worker(app: Flask, postbox: Postbox) -> None:
    _put()
    assert check().state == "ok", "it has just been put in"
    _pass_time(timedelta(hours=1))
    found = check()
    assert found.state == "degraded"
    assert "kb worker" in found.detail


def test_health_repeats_no_address_that_a_server_has_said(app: Flask, postbox: Postbox) -> None:
    postbox.recipient_says["gone@clairson.example"] = "450 <gone@clairson.example> is full"
    _put("gone@clairson.example")
    deliver_due()
    assert "<[address]> is full" in check().detail
    assert "gone@" not in check().detail


# Encryption and sign-in


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process trust the certificate of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


USER_INFO = "clairson:p%40ss%2Fword@"


@pytest.mark.parametrize(
    ("scheme", "options"), [("smtp", {"starttls": True, "auth": True}), ("smtps", {"tls": True})]
)
def test_a_line_is_encrypted_and_signed_in(
    app: Flask,
    start_mail_server: Callable[..., Postbox],
    trusted: None,
    scheme: str,
    options: dict[str, bool],
) -> None:
    box = start_mail_server(**options)
    user = USER_INFO if options.get("auth") else ""
    _point_to(app, f"{scheme}://{user}127.0.0.1:{box.port}")
    _put()
    done = deliver_due()
    assert (done.sent, done.trouble) == (1, "")
    assert len(box.messages) == 1


def test_a_wrong_password_keeps_every_message(
    app: Flask, start_mail_server: Callable[..., Postbox], trusted: None
) -> None:
    box = start_mail_server(starttls=True, auth=True)
    _point_to(app, f"smtp://clairson:wrong@127.0.0.1:{box.port}")
    identifier = _put()
    assert deliver_due().trouble.startswith("535 ")
    assert _row(identifier).given_up_at is None


def test_a_server_whose_certificate_nobody_signed_gets_nothing(
    app: Flask, start_mail_server: Callable[..., Postbox]
) -> None:
    box = start_mail_server(starttls=True)
    _point_to(app, f"smtp://127.0.0.1:{box.port}")
    _put()
    assert "certificate" in deliver_due().trouble.lower()
    assert box.messages == []


def test_without_the_encryption_asked_for_nothing_is_sent(app: Flask, postbox: Postbox) -> None:
    _point_to(app, f"smtp://127.0.0.1:{postbox.port}")
    _put()
    assert "STARTTLS" in deliver_due().trouble
    assert postbox.messages == []


# Several workers


def test_of_two_workers_one_claims_a_message(any_app: Flask) -> None:
    identifier = _put()
    now = utc_now()
    taken = claim(now)
    assert taken is not None
    assert taken.id == identifier
    assert claim(now) is None
    again = claim(now + CLAIM)  # the first was killed, it seems
    assert again is not None
    assert again.attempts == 2


def _deliver(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose(close=False)
        deliver_due()


# The thread is that of the mail server, which the forked processes leave alone.
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_workers_at_the_same_time_send_each_message_once(any_app: Flask, postbox: Postbox) -> None:
    for number in range(24):
        _put(f"reader{number}@clairson.example")
    db.session.remove()
    db.engine.dispose()
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=_deliver, args=(any_app,)) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    reached = [envelope.rcpt_tos[0] for envelope in postbox.envelopes]
    assert len(reached) == len(set(reached)) == 24
    assert db.session.scalars(select(OutgoingMail.sent_at)).all().count(None) == 0


# What needs no server


def test_rows_are_forgotten_a_month_after_their_message_has_left(
    app: Flask, postbox: Postbox
) -> None:
    old, new, waiting = _put(), _put(), _put(due_at=utc_now() + timedelta(days=60))
    deliver_due()
    db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == old)
        .values(sent_at=utc_now() - timedelta(days=31))
    )
    db.session.commit()
    cleaning.clean()
    assert set(db.session.scalars(select(OutgoingMail.id))) == {new, waiting}


@given(st.integers(min_value=1, max_value=10_000))
def test_waits_grow_and_end_after_three_days(attempts: int) -> None:
    wait, before = wait_after(attempts), wait_after(attempts - 1) if attempts > 1 else None
    if wait is None:
        assert attempts * LONGEST_WAIT > GIVE_UP_AFTER
    else:
        assert timedelta() < wait <= LONGEST_WAIT
        assert before is None or before <= wait


def test_the_waits_come_to_three_days() -> None:
    waits = []
    while (wait := wait_after(len(waits) + 1)) is not None:
        waits.append(wait)
    assert GIVE_UP_AFTER <= sum(waits, timedelta()) <= GIVE_UP_AFTER + LONGEST_WAIT


def test_the_address_of_a_server_is_read_with_its_defaults() -> None:
    server = server_from("smtp://clairson:p%40ss@mail.clairson.example")
    assert (server.host, server.port, server.security) == (
        "mail.clairson.example",
        587,
        Security.STARTTLS,
    )
    assert (server.user, server.password) == ("clairson", "p@ss")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "http://mail.example.org", "smtp://:25", "smtp://h:port", "smtp://h/x"],
)
def test_an_address_of_no_server_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="is not the address of a mail server") as refusal:
        server_from(url)
    assert url not in str(refusal.value)
