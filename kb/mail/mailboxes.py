"""The mailbox as one setting names it."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit


class Protection(StrEnum):
    """How the line is protected; the values are the schemes of `KB_IMAP_URL`."""

    TLS = "imaps"
    STARTTLS = "imap"
    NONE = "imap+plain"


DEFAULT_PORTS = {Protection.TLS: 993, Protection.STARTTLS: 143, Protection.NONE: 143}
_WRONG = "is not the address of a mailbox, such as imaps://user:password@mail.example.org/INBOX"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where e-mail is fetched; the password is left out where this is printed.

    `move_to`: the folder for what was taken; without one it stays, marked as seen.
    """

    host: str
    port: int
    protection: Protection
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    move_to: str = ""


def mailbox_from(url: str) -> Mailbox:
    """Read `imaps://user:password@host:port/FOLDER`; raises ValueError, which does not repeat it."""
    try:
        parts = urlsplit(url)
        protection, port = Protection(parts.scheme), parts.port
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        schemes = ", ".join(f"{each}://" for each in Protection)
        raise ValueError(f"is not the address of a mailbox: it starts with {schemes}") from None
    if not parts.hostname or not parts.username or parts.fragment or set(options) - {"move"}:
        raise ValueError(_WRONG)
    return Mailbox(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[protection],
        protection=protection,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        move_to=next(iter(options.get("move", ())), ""),
    )
