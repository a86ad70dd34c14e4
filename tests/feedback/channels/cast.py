"""Channels for tests: a telephone with hours, and requests that were answered."""

from datetime import datetime, timedelta
from typing import Any

from feedback.channels.models import ContactChannel
from feedback.requests.models import ContactRequest, Way
from feedback.requests.references import new_reference
from kb.db import db

OFFICE = [[["09:00", "12:30"], ["14:00", "18:00"]]] * 5 + [[], []]


def channel(way: Way, target: str = "", **more: Any) -> ContactChannel:
    """Add a channel at the end of the list."""
    position = db.session.query(ContactChannel).count()
    values = {"words": {}, "locales": [], "topic_ids": [], "hours": [], "exceptions": []} | more
    added = ContactChannel(way=way, target=target, position=position, **values)
    db.session.add(added)
    db.session.commit()
    return added


def telephone(**more: Any) -> ContactChannel:
    """Add a telephone in Lyon that is answered in office hours."""
    return channel(Way.PHONE, "+33411223344", **{"hours": OFFICE, **more})


def requests(way: Way, waits: list[timedelta | None], now: datetime) -> None:
    """Add requests of a fortnight ago that were answered after those waits, or not yet."""
    sent = now - timedelta(days=14)
    for wait in waits:
        db.session.add(
            ContactRequest(
                reference=new_reference(),
                locale="en",
                subject="Lamp",
                message="It flickers.",
                via=way,
                created_at=sent,
                answered_at=sent + wait if wait is not None else None,
            )
        )
    db.session.commit()
