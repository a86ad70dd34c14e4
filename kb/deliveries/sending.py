"""Send what is due.

A receiver's messages leave in their order, one at a time: while it fails, they wait, and those of
others go on. A message that it alone refuses steps aside. Each try is noted right after, so that a
worker killed between the receiver's "I have it" and the note sends that one message twice, under the
same event: the other order would lose it.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from kb.db import db, utc_now
from kb.deliveries import pausing, receivers
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.outcomes import Gone, NotTaken, Refused
from kb.deliveries.queue import Kind, Message, kinds
from kb.deliveries.waits import is_hopeless, is_over, wait_after
from kb.worker.running import site_context

LANES = 4  # receivers that one worker serves at once
AT_A_TIME = 50  # messages to a receiver before it is the next one's turn

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Done:
    """What became of the messages that were due."""

    delivered: int = 0
    put_off: int = 0
    given_up: int = 0

    def add(self, other: "Done") -> None:
        """Count what another lane did."""
        self.delivered += other.delivered
        self.put_off += other.put_off
        self.given_up += other.given_up


def deliver_due() -> Done:
    """Send every message that is due, to several receivers at once."""
    receivers.adopt()
    ready = len(db.session.scalars(receivers.due(utc_now()).limit(LANES)).all())
    db.session.rollback()
    if ready < 2:
        return _lane()
    app, done = current_app._get_current_object(), Done()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(ready, thread_name_prefix="deliveries") as pool:
        for each in pool.map(_lane_of_its_own, [app] * ready):
            done.add(each)
    return done


def _lane_of_its_own(app: Flask) -> Done:
    with ExitStack() as stack:
        stack.enter_context(site_context(app))
        return _lane()


def _lane() -> Done:
    """Serve one receiver after the other until nothing is due."""
    done = Done()
    while (receiver := receivers.claim(utc_now())) is not None:
        identifier, kind = receiver.id, kinds()[receiver.kind]
        try:
            _serve(receiver, kind, done)
        finally:
            db.session.rollback()
            receivers.note(identifier, claimed_until=None)
            db.session.commit()
    return done


def _serve(receiver: Receiver, kind: Kind, done: Done) -> None:
    """Send a receiver its messages, the oldest first, until it fails or another one's turn comes."""
    identifier = receiver.id
    for _turn in range(AT_A_TIME):
        row = db.session.get(Receiver, identifier, populate_existing=True)
        delivery = _next(row) if row and not row.paused_at else None
        if row is None or delivery is None or not _send(row, delivery, kind, done):
            return


def _next(receiver: Receiver) -> Delivery | None:
    """Return the next message that may leave, None where there is none.

    What follows a refused message about the same thing waits for it: an answer must not be there
    before its question.
    """
    while True:
        found = db.session.scalar(
            select(Delivery)
            .where(receivers.of(receiver), receivers.is_waiting(), Delivery.due_at <= utc_now())
            .order_by(Delivery.id)
            .limit(1)
        )
        blocker = _earlier_of_the_same_thing(found) if found else None
        if found is None or blocker is None:
            return found
        found.is_aside, found.due_at = True, blocker.due_at
        db.session.commit()


def _earlier_of_the_same_thing(delivery: Delivery) -> Delivery | None:
    if not delivery.thing or delivery.thing_id is None:
        return None
    other = aliased(Delivery)
    return db.session.scalar(
        select(other)
        .where(
            other.kind == delivery.kind,
            other.target_id == delivery.target_id,
            other.thing == delivery.thing,
            other.thing_id == delivery.thing_id,
            other.delivered_at.is_(None),
            other.given_up_at.is_(None),
            other.id < delivery.id,
            other.due_at > utc_now(),
        )
        .order_by(other.due_at.desc())
        .limit(1)
    )


def _send(receiver: Receiver, delivery: Delivery, kind: Kind, done: Done) -> bool:
    """Try one message; tells whether the receiver takes more."""
    began = utc_now()
    delivery.attempts += 1
    delivery.tried_at = began
    receiver.claimed_until = began + receivers.CLAIM
    message = _message(delivery)
    since, failures, receiver_id = receiver.failing_since, receiver.failures, receiver.id
    db.session.commit()  # no transaction stays open while a receiver takes its time
    try:
        status = _answer(kind, message)
    except Refused as reason:
        _set_aside(receiver_id, message, reason, done)
        return True
    except NotTaken as reason:
        _put_off(receiver_id, message, reason, since or began, failures + 1)
        done.put_off += 1
        return False
    _note_delivered(receiver_id, message, status)
    done.delivered += 1
    return True


def _answer(kind: Kind, message: Message) -> int:
    """Return the receiver's status; a fault of our own counts as a failure, and is tried again."""
    try:
        return kind.send(message)
    except NotTaken:
        raise
    except Exception as error:
        log.exception("delivery failed", delivery=message.id, of=message.event)
        raise NotTaken(f"{type(error).__name__}: {error}") from error


def _message(delivery: Delivery) -> Message:
    return Message(
        id=delivery.id,
        kind=delivery.kind,
        target_id=delivery.target_id,
        event_id=delivery.event_id,
        event=delivery.event,
        payload=dict(delivery.payload),
        thing=delivery.thing,
        thing_id=delivery.thing_id,
        attempts=delivery.attempts,
        is_aside=delivery.is_aside,
        created_at=delivery.created_at,
    )


def _note(message: Message, **values: object) -> None:
    db.session.execute(
        update(Delivery)
        .where(Delivery.id == message.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _note_delivered(receiver_id: int, message: Message, status: int) -> None:
    db.session.rollback()
    _note(message, delivered_at=utc_now(), status=status, last_error="", is_aside=False)
    receivers.note(receiver_id, failures=0, failing_since=None, not_before=None)
    db.session.commit()


def _put_off(
    receiver_id: int, message: Message, reason: NotTaken, since: datetime, failures: int
) -> None:
    """Let a receiver rest that fails; after days of it, stop and tell the administrators."""
    db.session.rollback()
    now = utc_now()
    wait = wait_after(failures, random.random(), reason.after)  # noqa: S311 - no secret
    _note(message, status=reason.status, last_error=str(reason))
    receivers.note(receiver_id, failures=failures, failing_since=since, not_before=now + wait)
    if isinstance(reason, Gone) or is_over(since, now):
        pausing.pause_failing(receiver_id, str(reason), since)
    db.session.commit()
    log.warning(
        "delivery put off",
        delivery=message.id,
        of=message.event,
        seconds=round(wait.total_seconds()),
    )


def _set_aside(receiver_id: int, message: Message, reason: Refused, done: Done) -> None:
    """Let the others pass a message that the receiver does not take; give it up after days."""
    db.session.rollback()
    now = utc_now()
    receivers.note(receiver_id, failures=0, failing_since=None, not_before=None)
    refusals = message.attempts if message.is_aside else 1  # what was tried in vain before is over
    said = {"status": reason.status, "last_error": str(reason), "attempts": refusals}
    if is_hopeless(refusals):
        _note(message, given_up_at=now, **said)
        done.given_up += 1
    else:
        wait = wait_after(refusals, random.random(), reason.after)  # noqa: S311 - no secret
        _note(message, is_aside=True, due_at=now + wait, **said)
        done.put_off += 1
    db.session.commit()
    log.warning("delivery refused", delivery=message.id, of=message.event, reason=str(reason))
