"""What other programs may hear of, and how it is told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from kb.db import db, utc_now
from kb.deliveries.queue import Sessions, enqueue, new_event_id
from kb.webhooks.models import WebhookEndpoint

KIND = "webhook"
VERSION = 1  # of the payload: fields may be added to it, none changes or goes
TEST = "webhook.test"
EVENTS: Mapping[str, LazyString] = {
    "article.published": _l("an article became public"),
    "article.updated": _l("the public words of an article changed"),
    "article.archived": _l("an article is no longer public"),
    "article.filed": _l("the category, the address or another property of an article changed"),
    "gap.opened": _l("a question without an answer was found"),
    "gap.answered": _l("a question got its answer"),
    "gap.reopened": _l("a question came back"),
    "gap.dismissed": _l("a question was put aside"),
    "request.opened": _l("somebody wrote to a person"),
    "request.message": _l("a message was added to a request"),
    "request.answered": _l("a request got its first answer"),
    "request.resolved": _l("a request was resolved"),
    "request.reopened": _l("a request was taken up again"),
    "vote.recorded": _l("a reader said whether an article helped"),
}


def announce(
    event: str,
    data: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
    *,
    thing: str = "",
    thing_id: int | None = None,
    at: datetime | None = None,
    session: Sessions | None = None,
) -> int:
    """Add one delivery for each endpoint that wants to hear of an event; return how many.

    In the transaction of the caller. Where nobody listens, it costs one small query, and a function
    that makes the data is not called.
    """
    if event not in EVENTS:
        raise KeyError(event)
    wanting = [
        each.id
        for each in (session or db.session).execute(
            select(WebhookEndpoint.id, WebhookEndpoint.events)
        )
        if not each.events or event in each.events
    ]
    if not wanting:
        return 0
    moment, event_id = at or utc_now(), new_event_id()
    payload = envelope(event, event_id, data() if callable(data) else data, moment)
    for endpoint_id in wanting:
        enqueue(
            KIND,
            endpoint_id,
            event=event,
            payload=payload,
            thing=thing,
            thing_id=thing_id,
            event_id=event_id,
            session=session,
        )
    return len(wanting)


def is_heard(*events: str, session: Sessions | None = None) -> bool:
    """Tell whether anybody wants to hear of one of these: what they say need not be put together else."""
    rows = (session or db.session).scalars(select(WebhookEndpoint.events))
    return any(not wanted or not set(events).isdisjoint(wanted) for wanted in rows)


def envelope(event: str, event_id: str, data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return what is sent of an event."""
    return {
        "version": VERSION,
        "type": event,
        "id": event_id,
        "created_at": at.isoformat(timespec="milliseconds"),
        "data": dict(data),
    }
