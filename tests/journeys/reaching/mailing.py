"""Mails between the site and people: out to a real SMTP server, in from a real IMAP mailbox."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid

from flask import Flask

from feedback.mailbox import fetching
from kb.mail.delivery import deliver_due
from tests.imapbox import Imapbox
from tests.postbox import Postbox

SAID = {
    "en": "On Sun, 22 Nov 2026 at 12:40, Clairson <help@clairson.example> wrote:",
    "fr": "Le dim. 22 nov. 2026 à 12:40, Clairson <help@clairson.example> a écrit :",
}


@dataclass(frozen=True, slots=True)
class Mailing:
    """The mail servers of the site, which send and fetch when a test says so."""

    app: Flask
    address: str  # of the site
    postbox: Postbox
    imapbox: Imapbox
    locale: str

    def newest(self, email: str) -> EmailMessage:
        """Send what is due, and return what came last to an address."""
        with self.app.test_request_context(base_url=self.address):
            done = deliver_due()
        assert (done.given_up, done.put_off) == (0, 0), done.trouble
        got = [each for each in self.postbox.messages if each["To"] == email]
        assert got, f"nothing has come to {email}"
        return got[-1]

    def answers(self, received: EmailMessage, text: str) -> None:
        """Answer a mail as a mail program does, and let the site fetch the answer."""
        reply = EmailMessage()
        reply["From"], reply["To"] = received["To"], received["Reply-To"]
        reply["Subject"] = f"Re: {received['Subject']}"
        reply["Message-ID"] = make_msgid(domain="example.com")
        reply["In-Reply-To"] = received["Message-ID"]
        reply["References"] = f"{received['References'] or ''} {received['Message-ID']}".strip()
        quoted = "\n".join(f"> {line}" for line in text_of(received).splitlines())
        reply.set_content(f"{text}\n\n{SAID[self.locale]}\n{quoted}\n")
        self.imapbox.put(reply.as_bytes())
        with self.app.test_request_context(base_url=self.address):
            assert fetching.fetch().taken == 1


def text_of(received: EmailMessage) -> str:
    """Return what a mail says to programs that show no HTML."""
    body = received.get_body(("plain",))
    assert body is not None, "there is no plain text"
    text: str = body.get_content()
    return text


def link_in(received: EmailMessage, pattern: str) -> str:
    """Return the first address in a mail that has `pattern` in it, as its reader would follow it."""
    found = re.search(rf"http://\S*{pattern}\S*", text_of(received))
    assert found is not None, text_of(received)
    return found[0]
