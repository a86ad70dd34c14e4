"""Whose turn it is: one process at a time serves a receiver, and none holds up the others."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.exc import IntegrityError

from kb.db import db
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.queue import kinds

CLAIM = timedelta(minutes=15)  # longer than a receiver may take over one message and its files


def is_waiting() -> ColumnElement[bool]:
    """Tell deliveries that have not arrived and are not given up."""
    return and_(Delivery.delivered_at.is_(None), Delivery.given_up_at.is_(None))


def of(receiver: Receiver) -> ColumnElement[bool]:
    """Tell the deliveries to a receiver."""
    return and_(Delivery.kind == receiver.kind, Delivery.target_id == receiver.target_id)


def adopt() -> None:
    """Give every receiver that something waits for a row of its own."""
    waiting = db.session.execute(
        select(Delivery.kind, Delivery.target_id)
        .where(
            is_waiting(),
            ~exists().where(
                Receiver.kind == Delivery.kind, Receiver.target_id == Delivery.target_id
            ),
        )
        .distinct()
    ).all()
    for kind, target_id in waiting:
        open_receiver(kind, target_id)


def open_receiver(kind: str, target_id: int) -> Receiver:
    """Return the row of a receiver, made and committed where there is none."""
    query = select(Receiver).where(Receiver.kind == kind, Receiver.target_id == target_id)
    found = db.session.scalar(query)
    if found is None:
        db.session.add(Receiver(kind=kind, target_id=target_id))
        try:
            db.session.commit()
        except IntegrityError:  # another process was quicker
            db.session.rollback()
        found = db.session.scalars(query).one()
    return found


def due(now: datetime) -> Select[int]:
    """Select the receivers that something can be sent to, who was served longest ago first."""
    return (
        select(Receiver.id)
        .where(
            Receiver.kind.in_(kinds()),
            Receiver.paused_at.is_(None),
            or_(Receiver.claimed_until.is_(None), Receiver.claimed_until <= now),
            or_(Receiver.not_before.is_(None), Receiver.not_before <= now),
            exists().where(
                Delivery.kind == Receiver.kind,
                Delivery.target_id == Receiver.target_id,
                is_waiting(),
                Delivery.due_at <= now,
            ),
        )
        .order_by(Receiver.served_at.is_not(None), Receiver.served_at, Receiver.id)
    )


def claim(now: datetime) -> Receiver | None:
    """Take the receiver whose turn it is for this process, None where nothing is due.

    One statement, so that SQLite needs no lock beside its own; PostgreSQL passes over what others hold.
    """
    chosen = due(now).limit(1).with_for_update(skip_locked=True, of=Receiver)
    taken = db.session.scalar(
        update(Receiver)
        .where(Receiver.id == chosen.scalar_subquery())
        .values(claimed_until=now + CLAIM, served_at=now)
        .returning(Receiver.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return db.session.get(Receiver, taken, populate_existing=True) if taken else None


def note(receiver_id: int, **values: object) -> None:
    """Keep something of a receiver; uncommitted."""
    db.session.execute(
        update(Receiver)
        .where(Receiver.id == receiver_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
