"""What the tests of e-mail share: a site that takes mail, and people who write to it."""

from collections.abc import Iterator

import pytest

from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.opening import Opening, open_request
from feedback.requests.thread import NewMessage, add_message
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db
from kb.mail.models import OutgoingMail
from tests import imapbox as imap_servers
from tests.conftest import PASSWORD
from tests.feedback.addressed import with_an_address
from tests.imapbox import Imapbox

__all__ = ["with_an_address"]

ALICE = "alice@example.com"
CAMILLE = "camille@clairson.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site that answers come back to, under an address with a place for the name of the thread."""
    return settings.model_copy(
        update={
            "reply_to": "help+*@clairson.example",
            "staff_email": "team@clairson.example",
            "site_url": "https://help.clairson.example",
            "trusted_mail_server": "mx.clairson.example",
        }
    )


@pytest.fixture
def imapbox() -> Iterator[Imapbox]:
    """A mailbox on a real server; its `url` is a value of `imap_url`."""
    with imap_servers.server() as box:
        yield box


def opened(
    *, email: str = ALICE, locale: str = "en", subject: str = "My lamp blinks"
) -> ContactRequest:
    """Return a request that was sent through the form."""
    made = open_request(db.session(), Opening(subject, "It blinks all night.", email, locale))
    db.session.commit()
    return made


def answered(request: ContactRequest, text: str = "Please **unplug** it.") -> RequestMessage:
    """Return the answer of a colleague in the studio."""
    message = add_message(
        db.session(), request, NewMessage(Author.STAFF, text, user_id=camille().id)
    )
    db.session.commit()
    return message


def camille() -> User:
    """Return a colleague who answers."""
    from sqlalchemy import select

    found = db.session.scalar(select(User).where(User.email == CAMILLE))
    return found or add_user(CAMILLE, PASSWORD, RoleName.WRITER, name="Camille")


def outgoing(kind: str = "") -> list[OutgoingMail]:
    """Return what is in the outbox, in its order."""
    from sqlalchemy import select

    found = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    return [each for each in found if kind in {"", each.kind}]


def reply_to(
    mail: OutgoingMail, text: str, *, sender: str = ALICE, headers: str = "", name: str = "Alice"
) -> bytes:
    """Return the bytes of an answer to a mail of ours, as mail programs write it."""
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    return (
        (
            f"From: {name} <{sender}>\n"
            f"To: {mail.reply_to}\n"
            f"Subject: Re: {mail.subject}\n"
            f"Message-ID: <answer-{abs(hash((text, sender)))}@example.com>\n"
            f"In-Reply-To: {mail.message_id}\n"
            f"References: {mail.message_id}\n"
            f"{headers}"
            "Content-Type: text/plain; charset=utf-8\n\n"
            f"{text}\n\nOn Sun, 22 Nov 2026 at 12:40, Clairson <help@clairson.example> wrote:\n{quoted}\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )
