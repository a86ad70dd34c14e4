"""The way there and back, over real servers: out by SMTP, in by IMAP or a pipe."""

import io
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from feedback.mailbox import fetching, taking
from feedback.mailbox.cli import mail as command
from feedback.mailbox.models import Became, IncomingMail
from feedback.mailbox.state import FETCHING, check
from feedback.requests.models import RequestMessage
from feedback.writing import NotRecorded
from kb.config import Settings
from kb.db import db, utc_now
from kb.mail import imap
from kb.mail.delivery import deliver_due
from kb.mail.mailboxes import Protection, mailbox_from
from kb.worker.models import TaskRun
from kb.worker.running import run_task
from tests.feedback.mailbox.conftest import answered, opened
from tests.feedback.mailbox.test_taking import NEW
from tests.imapbox import Imapbox
from tests.postbox import CERTIFICATE, Postbox


@pytest.fixture
def site(app: Flask, settings: Settings, postbox: Postbox, imapbox: Imapbox) -> Flask:
    """A site with a mail server to send by and a mailbox to fetch."""
    app.extensions["kb_settings"] = settings.model_copy(
        update={"smtp_url": postbox.url, "imap_url": imapbox.url}
    )
    return app


def _reply(received: EmailMessage, text: str) -> bytes:
    """Answer as a mail program does, from nothing but the mail that was received."""
    reply = EmailMessage()
    reply["From"] = received["To"]
    reply["To"] = received["Reply-To"]
    reply["Subject"] = f"Re: {received['Subject']}"
    reply["Message-ID"] = "<reply@example.com>"
    reply["In-Reply-To"] = received["Message-ID"]
    reply["References"] = f"{received['References']} {received['Message-ID']}"
    body = received.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    reply.set_content(f"{text}\n\nLe dim. 22 nov. 2026 à 12:40, Clairson a écrit :\n{quoted}\n")
    return reply.as_bytes()


def test_an_answer_comes_back_into_its_thread_once_though_it_was_fetched_twice(
    site: Flask, postbox: Postbox, imapbox: Imapbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = opened(locale="fr")
    answered(request)
    assert deliver_due().sent == 3
    imapbox.put(_reply(postbox.messages[-1], "Merci, elle ne clignote plus."))

    with monkeypatch.context() as patch:
        # The program dies after it has taken the mail and before it has marked it.
        def die(*_args: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(imap, "_mark", die)
        with pytest.raises(KeyboardInterrupt):
            fetching.fetch()
    assert imapbox.unseen() == 1
    assert fetching.fetch().taken == 1
    assert imapbox.unseen() == 0
    imapbox.unmark()
    run_task(site, FETCHING)  # as the worker does

    words = db.session.scalars(
        select(RequestMessage.text).where(RequestMessage.request_id == request.id)
    ).all()
    assert words == ["Please **unplug** it.", "Merci, elle ne clignote plus."]
    assert db.session.scalar(select(IncomingMail.became)) is Became.MESSAGE


def test_a_mail_stays_new_until_the_database_has_it(
    site: Flask, imapbox: Imapbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_raw: bytes) -> None:
        raise NotRecorded("database is locked")

    imapbox.put(NEW)
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "take", busy)
        with pytest.raises(NotRecorded):
            fetching.fetch()
    assert imapbox.unseen() == 1
    assert fetching.fetch().taken == 1


def test_what_was_taken_moves_where_the_address_says_so(imapbox: Imapbox) -> None:
    imapbox.put(b"Subject: a\r\n\r\nHello", b"Subject: b\r\n\r\nHello")
    box, got = mailbox_from(f"{imapbox.url}?move=Done"), list[bytes]()
    assert imap.fetch(box, got.append).taken == 2
    assert imap.fetch(box, got.append).taken == 0
    assert got[0] == b"Subject: a\r\n\r\nHello"
    assert (imapbox.count(), imapbox.count("Done")) == (0, 2)


def test_the_line_to_a_mailbox_is_encrypted_or_nothing_is_said(
    imapbox: Imapbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    imapbox.put(b"Subject: a\r\n\r\nHello")
    box = mailbox_from(imapbox.url.replace("imap+plain", "imap"))
    with pytest.raises(imap.Unreachable, match="certificate verify failed"):
        imap.fetch(box, print)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert imap.fetch(box, list[bytes]().append).taken == 1


def test_a_mailbox_that_cannot_be_opened_says_why(imapbox: Imapbox) -> None:
    wrong = mailbox_from(imapbox.url.replace("word@", "wrong@"))
    with pytest.raises(imap.Unreachable, match="refuses the user or the password"):
        imap.fetch(wrong, print)
    with pytest.raises(imap.Unreachable, match="refused"):
        imap.fetch(mailbox_from("imap+plain://a:b@127.0.0.1:1/INBOX"), print)


def test_health_tells_what_keeps_mail_from_coming_in(site: Flask) -> None:
    db.session.add(
        TaskRun(name=FETCHING, started_at=utc_now(), failures=2, last_error="no for a@b.fr")
    )
    db.session.commit()
    found = check()
    assert found.state == "degraded"
    assert "no for [address]" in found.detail


@pytest.mark.parametrize(
    ("url", "folder", "protection"),
    [
        ("imaps://help%40a.fr:p%40ss@mail.a.fr", "INBOX", Protection.TLS),
        ("imap://u:p@mail.a.fr/Support%20FR?move=Done", "Support FR", Protection.STARTTLS),
    ],
)
def test_one_setting_names_a_mailbox(url: str, folder: str, protection: Protection) -> None:
    box = mailbox_from(url)
    assert (box.folder, box.protection) == (folder, protection)
    assert "p%40ss" not in repr(box)
    assert "p@ss" not in repr(box)


@pytest.mark.parametrize("url", ["pop3://a:b@c", "imaps://mail.a.fr", "imaps://a:secret@c/x?y=1"])
def test_an_address_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"mailbox") as refused:
        mailbox_from(url)
    assert "secret" not in str(refused.value)


# The pipe


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs `kb mail` on the site of the test."""
    for name, value in {
        "HOME": str(settings.home), "SECRET_KEY": settings.secret_key, "REPLY_TO": settings.reply_to,
        "EMBEDDING_MODEL": "off", "INDEXER": "off", "LOG_LEVEL": "ERROR",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"KB_{name}", value)

    def command_line(*words: str, given: bytes = b"") -> Result:
        return CliRunner().invoke(command, words, input=io.BytesIO(given))

    return command_line


def test_a_piped_mail_is_taken_and_the_mail_server_is_told_so(
    app: Flask, run: Callable[..., Result]
) -> None:
    answers = [run("receive", "--now", given=NEW) for _again in range(2)]
    assert [each.exit_code for each in answers] == [0, 0]
    assert db.session.scalars(select(IncomingMail.became)).all() == [Became.REQUEST]
    assert "1 came in in the last month" in run("status").output


def test_where_a_piped_mail_cannot_be_kept_the_mail_server_keeps_it(
    app: Flask, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_raw: bytes) -> None:
        raise NotRecorded("database is locked")

    monkeypatch.setattr(taking, "take", busy)
    answer = run("receive", "--now", given=NEW)
    assert answer.exit_code == 75
    assert "try again later" in answer.output


def test_fetching_by_order_takes_in_what_was_piped(app: Flask, run: Callable[..., Result]) -> None:
    assert run("receive", given=NEW).output == "kept\n"
    assert db.session.scalars(select(IncomingMail.became)).all() == []
    assert "1 taken that were piped" in run("fetch").output
    assert db.session.scalars(select(IncomingMail.became)).all() == [Became.REQUEST]


def test_fetching_by_order_needs_a_mailbox(run: Callable[..., Result]) -> None:
    answer = run("fetch")
    assert answer.exit_code == 1
    assert "KB_IMAP_URL" in answer.output
