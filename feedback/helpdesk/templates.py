"""What to enter in a help desk so that it tells this site: the bodies of its messages, to copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.helpdesk.models import DeskKind


@dataclass(frozen=True, slots=True)
class Template:
    """The body of a message, and when the desk is to send it."""

    when: LazyString
    body: str


_ANSWER = """{
  "event": "answer",
  "reference": "K7MQ-4XTP",
  "ticket": "4711",
  "id": "88123",
  "text": "Turn the dial until it clicks.",
  "author": "Ines",
  "at": "2026-11-22T12:00:00Z"
}"""
_RESOLVED = """{
  "event": "resolved",
  "reference": "K7MQ-4XTP",
  "at": "2026-11-22T12:30:00Z"
}"""
_FRESH_ANSWER = """{
  "event": "answer",
  "ticket": "{{ticket.id_numeric}}",
  "text": "{{ticket.latest_public_comment}}",
  "author": "{{ticket.agent.name}}"
}"""
_FRESH_RESOLVED = """{
  "event": "resolved",
  "ticket": "{{ticket.id_numeric}}"
}"""
_FRESH_REOPENED = """{
  "event": "reopened",
  "ticket": "{{ticket.id_numeric}}"
}"""
_ANSWERED = _l("when an agent answers the customer")
_CLOSED = _l("when a ticket is resolved or closed")
_OPENED = _l("when a resolved ticket is opened again")
TEMPLATES: Mapping[DeskKind, Sequence[Template]] = {
    DeskKind.WEBHOOK: (Template(_ANSWERED, _ANSWER), Template(_CLOSED, _RESOLVED)),
    DeskKind.FRESHDESK: (
        Template(_ANSWERED, _FRESH_ANSWER),
        Template(_CLOSED, _FRESH_RESOLVED),
        Template(_OPENED, _FRESH_REOPENED),
    ),
}
