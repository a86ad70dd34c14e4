"""How long an answer takes: what the confirmation may honestly say."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select

from feedback.requests.models import ContactRequest
from feedback.statistics import MIN_OBSERVATIONS
from kb.db import db

SHARE = 0.9  # of the requests that were answered within what is said
LOOK_BACK = timedelta(days=90)
SETTLED = timedelta(days=3)  # younger requests may simply not have had their turn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rounded_up(wait: timedelta) -> timedelta:
    """Return a wait in whole hours within a day, in whole days beyond: never less than it was."""
    unit = HOUR if wait <= DAY else DAY
    return max(-(-wait // unit), 1) * unit


def usual_delay(
    waits: Sequence[timedelta | None],
    share: float = SHARE,
    rounding: Callable[[timedelta], timedelta] = rounded_up,
) -> timedelta | None:
    """Return within how long `share` of the requests were answered, rounded up.

    None stands for a request that still waits: it counts as longer than any other. Nothing is
    promised from fewer than 30 requests, nor where too many still wait.
    """
    if len(waits) < MIN_OBSERVATIONS:
        return None
    answered = sorted(each for each in waits if each is not None)
    place = ceil(share * len(waits)) - 1
    return rounding(answered[place]) if place < len(answered) else None


def measured_delay(now: datetime) -> timedelta | None:
    """Return the usual delay of the last three months."""
    rows = db.session.execute(
        select(ContactRequest.created_at, ContactRequest.answered_at).where(
            ContactRequest.created_at > now - LOOK_BACK,
            ContactRequest.created_at <= now - SETTLED,
            ContactRequest.is_bot.is_(False),
            ContactRequest.is_staff.is_(False),
        )
    )
    return usual_delay([answered - sent if answered else None for sent, answered in rows])
