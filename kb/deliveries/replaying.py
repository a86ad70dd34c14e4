"""Send again: what failed, what was given up, and what has arrived already."""

from sqlalchemy import select, update

from kb.audit.recording import record
from kb.db import db, utc_now
from kb.deliveries import pausing
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.queue import enqueue
from kb.deliveries.receivers import is_waiting, open_receiver


class Erased(RuntimeError):
    """What the message said has been erased since it arrived: it cannot be sent again."""


def send_again(delivery: Delivery) -> Delivery:
    """Let a message leave as soon as can be: the same where it waits, else under the same event.

    Raises `Erased`. Committed.
    """
    if delivery.delivered_at is not None and not delivery.payload:
        raise Erased
    record(
        "delivery.replayed",
        thing=delivery.kind,
        thing_id=delivery.target_id,
        label=delivery.event,
        delivery=delivery.id,
    )
    receiver = open_receiver(delivery.kind, delivery.target_id)
    receiver.not_before = receiver.failing_since = None
    receiver.failures = 0
    if delivery.delivered_at is None:
        delivery.due_at, delivery.given_up_at = utc_now(), None
        delivery.attempts, delivery.is_aside = 0, False
        again = delivery
    else:
        again = enqueue(
            delivery.kind,
            delivery.target_id,
            event=delivery.event,
            payload=delivery.payload,
            thing=delivery.thing,
            thing_id=delivery.thing_id,
            event_id=delivery.event_id,
        )
    db.session.commit()
    return again


def revive_all() -> int:
    """Make due everything that waits or was given up, paused receivers apart; return how many.

    Committed.
    """
    receivers = db.session.scalars(select(Receiver).where(Receiver.paused_at.is_(None))).all()
    for receiver in receivers:
        db.session.execute(
            update(Delivery)
            .where(
                Delivery.kind == receiver.kind,
                Delivery.target_id == receiver.target_id,
                Delivery.given_up_at.is_not(None),
            )
            .values(given_up_at=None)
            .execution_options(synchronize_session=False)
        )
    revived = sum(pausing.revive(each) for each in receivers)
    db.session.commit()
    return revived


def forget(kind: str, target_id: int) -> None:
    """Drop a receiver that is no more, with all that waits for it. Uncommitted."""
    for row in db.session.scalars(
        select(Receiver).where(Receiver.kind == kind, Receiver.target_id == target_id)
    ):
        db.session.delete(row)
    for delivery in db.session.scalars(
        select(Delivery).where(Delivery.kind == kind, Delivery.target_id == target_id, is_waiting())
    ):
        db.session.delete(delivery)
