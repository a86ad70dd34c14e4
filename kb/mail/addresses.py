"""Addresses and headers of e-mail: what may stand in one, and whom the site writes as."""

import re
import unicodedata
from collections.abc import Iterable
from email.headerregistry import Address
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email

from kb.config import Settings
from kb.plaintext import JOINERS

MAX_HEADER = 900  # characters; a line of a message holds 998 bytes
FALLBACK_DOMAIN = "localhost"
MAX_REFERENCES = 8  # messages of a thread that a header names
MAX_MESSAGE_ID = 100  # characters; with 8 of them a header stays one line

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")  # printable ASCII without < and >
# What the message itself is made of.
OWN_HEADERS = {
    "auto-submitted", "bcc", "cc", "date", "from", "message-id", "mime-version", "reply-to", "sender",
    "subject", "to",
}  # fmt: skip


class NotSendable(ValueError):
    """A message that cannot be sent as it is; the message of the error says what is wrong."""


def one_line(text: str) -> str:
    """Return a text as a header can hold it: one line, nothing but letters that can be seen."""
    seen = (
        " " if unicodedata.category(char)[0] in "CZ" and char not in JOINERS else char
        for char in text
    )
    return " ".join("".join(seen).split())


def checked_address(address: str) -> str:
    """Return an address in the form that mail servers take; raises `NotSendable`.

    Only its form is looked at: whether somebody reads it, no server tells for certain.
    """
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise NotSendable(f"{address[:100]!r} is not an e-mail address: {error}") from None
    return found.ascii_email or found.normalized


def checked_header(name: str, value: str) -> tuple[str, str]:
    """Return a further header; raises `NotSendable` for one that would break out of its line."""
    if not _HEADER_NAME.fullmatch(name) or name.lower() in OWN_HEADERS:
        raise NotSendable(f"{name[:50]!r} is not the name of a further header")
    if name.lower().startswith("content-"):
        raise NotSendable(f"{name} is set by the parts of the message")
    if not value.isascii() or not value.isprintable() or len(value) > MAX_HEADER:
        raise NotSendable(f"the value of {name} is not one short line of ASCII")
    return name, value


def checked_subject(subject: str) -> str:
    """Return a subject; raises `NotSendable` for an empty one, or one of several lines."""
    if not subject.strip():
        raise NotSendable("a message needs a subject")
    if subject != one_line(subject) or len(subject) > MAX_HEADER:
        raise NotSendable("a subject is one line: one_line() makes one of any text")
    return subject


def sender(settings: Settings) -> Address | None:
    """Return whom the site writes as, None where the settings name nobody.

    `KB_MAIL_FROM` may hold a name (`Help <help@example.org>`); without one it is the company's.
    """
    name, address = parseaddr(settings.mail_from or settings.contact_email)
    try:
        return Address(one_line(name or settings.site_name), addr_spec=checked_address(address))
    except NotSendable:
        return None


def domain_of(settings: Settings) -> str:
    """Return the domain that names the site's messages."""
    found = sender(settings)
    return found.domain if found else FALLBACK_DOMAIN


def checked_message_ids(ids: Iterable[str]) -> list[str]:
    """Return those that are names of messages, each once, the first and the latest of too many."""
    sound = [
        each
        for each in dict.fromkeys(ids)
        if len(each) <= MAX_MESSAGE_ID and _MESSAGE_ID.fullmatch(each)
    ]
    return sound if len(sound) <= MAX_REFERENCES else sound[:1] + sound[1 - MAX_REFERENCES :]
