"""What an event is, and the door through which pages note one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session

from feedback.spool.segments import Spool, SpoolFull
from feedback.visitors import Visitor
from kb.db import utc_now

if TYPE_CHECKING:
    from feedback.spool.drainer import Drainer

MAX_EVENT_BYTES = 64_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a visitor did. `facts` hold only what JSON holds."""

    kind: str
    at: datetime
    visitor: Visitor
    facts: Mapping[str, Any]


Apply = Callable[[Session, Event], object]
"""Enters an event; flushes nothing but its own rows, commits nothing."""


class Unreadable(ValueError):
    """A line that is no event."""


def register(app: Flask, kind: str, apply: Apply) -> None:
    """Let `apply` enter the events of a kind."""
    app.extensions.setdefault("kb_event_kinds", {})[kind] = apply


def kinds(app: Flask) -> Mapping[str, Apply]:
    """Return what enters each kind of event."""
    found: dict[str, Apply] = app.extensions.get("kb_event_kinds", {})
    return found


def spool_of(app: Flask) -> Spool:
    """Return the spool of the site in its home folder."""
    settings = app.extensions["kb_settings"]
    found: Spool = app.extensions.setdefault(
        "kb_spool", Spool(settings.home / "spool", settings.spool_mb * 1_000_000)
    )
    return found


def note(
    kind: str, visitor: Visitor, facts: Mapping[str, Any], *, at: datetime | None = None
) -> bool:
    """Note what was observed of a visitor; return whether it will be entered.

    Takes well under a millisecond and never fails the request. Nothing is noted of a visitor whose
    browser asks for privacy. What cannot be kept is counted. Facts must be free of personal data
    already: they are written to disk as they are.
    """
    if visitor.is_private:
        return False
    spool = spool_of(current_app)
    try:
        spool.append(written(Event(kind, at or utc_now(), visitor, facts)))
    except (SpoolFull, OSError) as error:
        spool.count_loss()
        log.warning("event lost", event_kind=kind, reason=str(error))
        return False
    drainer: Drainer | None = current_app.extensions.get("kb_drainer")
    if drainer:
        drainer.ensure()
    return True


def written(event: Event) -> bytes:
    """Return an event as a line."""
    who = event.visitor
    fields = {
        "kind": event.kind,
        "at": event.at.isoformat(),
        "visitor": who.id,
        "origin": who.origin,
        "bot": who.is_bot,
        "staff": who.is_staff,
        "customer": who.customer_id,
        "facts": event.facts,
    }
    line = json.dumps(fields, separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_EVENT_BYTES:
        raise ValueError(f"an event of {len(line)} bytes")
    return line


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def read(line: bytes) -> Event:
    """Return the event of a line; raises `Unreadable`."""
    try:
        fields = json.loads(line)
        at = datetime.fromisoformat(fields["at"])
        if at.tzinfo is None or not isinstance(fields["facts"], dict):
            raise Unreadable(line[:80].decode(errors="replace"))
        visitor = Visitor(
            str(fields["visitor"]),
            is_bot=fields["bot"] is True,
            is_staff=fields["staff"] is True,
            origin=str(fields["origin"]),
            customer_id=_number(fields.get("customer")),
        )
        return Event(str(fields["kind"]), at, visitor, fields["facts"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(line[:80].decode(errors="replace")) from error
