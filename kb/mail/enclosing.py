"""Files that go with a message: read when it leaves, from where they are kept, and not before.

The outbox holds words alone. Whoever puts a message of some kind there tells, by that kind, which files
go with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from kb.mail.models import OutgoingMail

_KEY = "kb_mail_enclosures"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file as it is attached."""

    name: str
    media_type: str
    content: bytes


Provide = Callable[[OutgoingMail], Sequence[Enclosure]]


def register(app: Flask, kind: str, provide: Provide) -> None:
    """Let messages of a kind take files along."""
    app.extensions.setdefault(_KEY, {})[kind] = provide


def enclosures_of(mail: OutgoingMail) -> Sequence[Enclosure]:
    """Return the files that go with a message."""
    provide: Provide | None = current_app.extensions.get(_KEY, {}).get(mail.kind)
    return provide(mail) if provide else ()
