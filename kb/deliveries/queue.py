"""Put a message for another program into the queue: it is committed, or rolled back, with its cause."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, has_request_context, url_for
from sqlalchemy.orm import Session, scoped_session

from kb.db import db, utc_now
from kb.deliveries.models import Delivery

Sessions = Session | scoped_session[Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery as it is sent; `attempts` counts this one."""

    id: int
    kind: str
    target_id: int
    event_id: str
    event: str
    payload: dict[str, Any]
    thing: str
    thing_id: int | None
    attempts: int
    is_aside: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """What a page says of a receiver: its name, where it is, and the page that sets it up."""

    name: str
    url: str
    page: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How messages of a kind are sent.

    `send` returns the status of HTTP, and raises `outcomes.NotTaken`; no transaction may be open
    while the receiver takes its time. `address_of` tells what a receiver is, None where it is no more.
    """

    name: str
    send: Callable[[Message], int]
    address_of: Callable[[int], Address | None]


def enqueue(
    kind: str,
    target_id: int,
    *,
    event: str,
    payload: Mapping[str, Any],
    thing: str = "",
    thing_id: int | None = None,
    event_id: str | None = None,
    at: datetime | None = None,
    session: Sessions | None = None,
) -> Delivery:
    """Add a message to the session of the caller, who commits it together with its cause.

    The worker sends it soon after that commit, in the order of the receiver's messages.
    """
    moment = at or utc_now()
    delivery = Delivery(
        kind=kind,
        target_id=target_id,
        event_id=event_id or new_event_id(),
        event=event,
        payload=dict(payload),
        thing=thing,
        thing_id=thing_id,
        created_at=moment,
        due_at=moment,
    )
    (session or db.session).add(delivery)
    return delivery


def new_event_id() -> str:
    """Return the name of an event, for whoever hears of it twice."""
    return f"evt_{uuid.uuid4().hex}"


def register(
    app: Flask,
    kind: str,
    send: Callable[[Message], int],
    address_of: Callable[[int], Address | None] = lambda _target_id: None,
) -> None:
    """Tell how messages of a kind are sent."""
    app.extensions.setdefault("kb_delivery_kinds", {})[kind] = Kind(kind, send, address_of)


def kinds() -> Mapping[str, Kind]:
    """Return the registered kinds by name."""
    found: Mapping[str, Kind] = current_app.extensions.get("kb_delivery_kinds", {})
    return found


def page_of(endpoint: str, **values: object) -> str:
    """Return the address of a page; a command, which has none, gets nothing."""
    return url_for(endpoint, **values) if has_request_context() else ""  # type: ignore[arg-type]


def address_of(kind: str, target_id: int) -> Address:
    """Return what a page says of a receiver, whatever has become of it."""
    known = kinds().get(kind)
    found = known.address_of(target_id) if known else None
    return found or Address(f"{kind} {target_id}", "", "")
