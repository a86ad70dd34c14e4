"""How deliveries do: for the health page, `kb doctor`, `kb deliveries status` and the studio."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kb.db import db, utc_now
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.queue import Address, address_of, kinds
from kb.deliveries.receivers import is_waiting, of
from kb.deliveries.words import State, in_state
from kb.health import Check, reason

LATE = timedelta(minutes=10)  # what is due leaves within seconds where all is well


@dataclass(frozen=True, slots=True)
class Standing:
    """How one receiver does."""

    receiver: Receiver
    address: Address
    waiting: int
    aside: int
    given_up: int
    oldest: datetime | None  # of what waits
    last_error: str


def standings() -> list[Standing]:
    """Return how each receiver does, those in trouble first."""
    rows = db.session.scalars(select(Receiver).order_by(Receiver.kind, Receiver.target_id))
    found = [standing_of(row) for row in rows if row.kind in kinds()]
    return sorted(found, key=lambda each: each.receiver.failing_since is None)


def standing_of(receiver: Receiver) -> Standing:
    """Return how a receiver does."""
    waiting, oldest = db.session.execute(
        select(func.count(), func.min(Delivery.created_at)).where(of(receiver), is_waiting())
    ).one()
    aside = select(func.count()).where(of(receiver), is_waiting(), Delivery.is_aside)
    given_up = select(func.count()).where(of(receiver), in_state(State.GIVEN_UP))
    last = (
        select(Delivery.last_error)
        .where(of(receiver), is_waiting(), Delivery.last_error != "")
        .order_by(Delivery.tried_at.desc())
        .limit(1)
    )
    return Standing(
        receiver=receiver,
        address=address_of(receiver.kind, receiver.target_id),
        waiting=waiting,
        aside=db.session.scalar(aside) or 0,
        given_up=db.session.scalar(given_up) or 0,
        oldest=oldest,
        last_error=db.session.scalar(last) or "",
    )


def check() -> Check:
    """Tell whether messages to other programs arrive; names none of them, as anybody may ask."""
    try:
        found = standings()
    except SQLAlchemyError as error:
        db.session.rollback()
        return Check("deliveries", "degraded", reason(error))
    now = utc_now()
    waiting = sum(each.waiting for each in found)
    failing = sum(_is_failing(each, now) for each in found)
    paused = sum(bool(each.receiver.paused_because) for each in found)
    given_up = sum(each.given_up for each in found)
    late = sum(_is_late(each, now) for each in found)
    parts = [f"{waiting} waiting"]
    if failing:
        parts.append(f"{failing} receivers do not answer")
    if paused:
        parts.append(f"{paused} paused after days without an answer: resume them in the studio")
    if given_up:
        parts.append(f"{given_up} refused and given up (kb deliveries retry)")
    if late:
        parts.append("look whether the worker runs (kb worker)")
    is_well = not (failing or paused or given_up or late)
    return Check("deliveries", "ok" if is_well else "degraded", "; ".join(parts))


def _is_failing(standing: Standing, now: datetime) -> bool:
    since = standing.receiver.failing_since
    return since is not None and now - since > LATE and standing.receiver.paused_at is None


def _is_late(standing: Standing, now: datetime) -> bool:
    """Tell whether something waits that nobody has tried, though nothing speaks against it."""
    row = standing.receiver
    is_free = row.paused_at is None and row.failing_since is None
    return bool(
        is_free
        and standing.waiting > standing.aside
        and standing.oldest is not None
        and now - standing.oldest > LATE
        and (row.served_at is None or now - row.served_at > LATE)
    )
