"""What requests tell the rest of the program, inside the transaction of the act and before its commit.

Listeners add rows (mails, deliveries), which are committed or rolled back with their cause; they read
and write nothing else. Sender: the application. Keyword of each: `request`, a flushed
`ContactRequest`.
"""

from typing import Any

from blinker import NamedSignal, Namespace
from flask import current_app

_signals = Namespace()

request_opened = _signals.signal("request-opened")
"""Somebody has written. Not sent for what programs sent, unless a person says it is none."""

message_added = _signals.signal("message-added")
"""A message or a note stands in the thread. Keyword: `message`, a flushed `RequestMessage`."""

request_answered = _signals.signal("request-answered")
"""The staff have answered for the first time.

Keyword: `message`, their answer; None where they said so without one.
"""

request_resolved = _signals.signal("request-resolved")
"""A request is closed. Keyword: `by`, an `Author`."""

request_reopened = _signals.signal("request-reopened")
"""A request that was closed is taken up again. Keyword: `by`, an `Author`."""

request_assigned = _signals.signal("request-assigned")
"""A colleague has it now. Keywords: `to_id`, whose it is, or None; `by_id`, who gave it."""


def tell(signal: NamedSignal, **told: Any) -> None:
    """Send a signal in the name of the application."""
    signal.send(current_app._get_current_object(), **told)  # type: ignore[attr-defined]
