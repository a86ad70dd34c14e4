"""How long an answer takes, by the way on which it was asked: measured, else as the company states it."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask import current_app
from sqlalchemy import select

from feedback.channels.models import ContactChannel
from feedback.requests.models import ContactRequest, Way
from feedback.statistics import MIN_OBSERVATIONS
from kb.db import db

HALF, NINE_IN_TEN = 0.5, 0.9
SETTLED = timedelta(days=3)  # younger requests may simply not have had their turn
LOOK_BACK = timedelta(weeks=8)
MANY = 2_000  # requests; fewer are counted anew for each page, in less than 10 ms
KEEP_SECONDS = 300.0
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A wait is said in these units, up to these lengths: 25 minutes, 5 hours, 3 days.
STEPS = ((HOUR, 5 * MINUTE), (2 * DAY, HOUR))


@dataclass(frozen=True, slots=True)
class Delay:
    """Until the first answer: that of half of the requests, and of nine in ten.

    `median` is None where the company states it, and where half of the requests still wait.
    """

    median: timedelta | None
    nine_in_ten: timedelta | None
    is_measured: bool
    count: int


@dataclass(frozen=True, slots=True)
class _Counted:
    delays: Mapping[Way, Delay]
    counted_at: float  # of the monotonic clock


def delay_of(way: Way, now: datetime) -> Delay | None:
    """Return the delay of a way; None where too few requests tell, and the company states none."""
    return measured(now).get(way) or stated(
        db.session.scalar(
            select(ContactChannel.stated_minutes)
            .where(
                ContactChannel.way == way,
                ContactChannel.is_active.is_(True),
                ContactChannel.stated_minutes.is_not(None),
            )
            .order_by(ContactChannel.position, ContactChannel.id)
            .limit(1)
        )
    )


def stated(minutes: int | None) -> Delay | None:
    """Return the delay that a company states."""
    if minutes is None:
        return None
    return Delay(None, timedelta(minutes=minutes), is_measured=False, count=0)


def measured(now: datetime) -> Mapping[Way, Delay]:
    """Return the delays of the last eight weeks, of the ways with enough requests to tell.

    A request that still waits counts as longer than any other, so that the slow ones are not left
    out; the last three days are, as they may not have had their turn.
    """
    known: _Counted | None = current_app.extensions.get("kb_delays")
    if known is not None and time.monotonic() - known.counted_at < KEEP_SECONDS:
        return known.delays
    waits = _waits(now)
    delays = {way: found for way, each in waits.items() if (found := _delay(each)) is not None}
    if sum(map(len, waits.values())) > MANY:
        current_app.extensions["kb_delays"] = _Counted(delays, time.monotonic())
    return delays


def _waits(now: datetime) -> dict[Way, list[timedelta | None]]:
    rows = db.session.execute(
        select(ContactRequest.via, ContactRequest.created_at, ContactRequest.answered_at).where(
            ContactRequest.created_at > now - LOOK_BACK,
            ContactRequest.created_at <= now - SETTLED,
            ContactRequest.is_bot.is_(False),
            ContactRequest.is_staff.is_(False),
        )
    )
    waits: dict[Way, list[timedelta | None]] = defaultdict(list)
    for way, sent, answered in rows:
        waits[way].append(answered - sent if answered and answered <= now else None)
    return waits


def _delay(waits: Sequence[timedelta | None]) -> Delay | None:
    median, nine = kept_by(HALF, waits), kept_by(NINE_IN_TEN, waits)
    if median is None:  # too few, or half of them still wait: nothing can be promised
        return None
    return Delay(median, nine, is_measured=True, count=len(waits))


def kept_by(share: float, waits: Sequence[timedelta | None]) -> timedelta | None:
    """Return within how long `share` of the requests were answered, rounded up.

    None stands for a request that still waits: it counts as longer than any other. Nothing is
    promised from fewer than 30 requests, nor where too many still wait.
    """
    if len(waits) < MIN_OBSERVATIONS:
        return None
    answered = sorted(each for each in waits if each is not None)
    place = ceil(share * len(waits)) - 1
    return rounded(answered[place]) if place < len(answered) else None


def rounded(wait: timedelta) -> timedelta:
    """Return a wait in the unit in which people say it, never less than it was."""
    unit = next((unit for most, unit in STEPS if wait <= most), DAY)
    return max(-(-wait // unit), 1) * unit
