"""Enter what waits in the spool, each event once.

The positions move first in every transaction: on SQLite this takes the write lock before anything is
read, and on both databases a second drainer of the same lines finds the position moved and enters
nothing. A failure of the database leaves everything as it was, for the next time.
"""

import heapq
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice

import structlog
from flask import Flask, current_app
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from feedback.spool import events
from feedback.spool.models import SpoolPosition
from feedback.spool.segments import Line, Spool
from feedback.writing import transaction
from kb.db import db, utc_now

BATCH_EVENTS = 100  # a transaction holds SQLite's write lock for some 0.1 s
SEGMENTS_AT_ONCE = 200  # open files
BUSY_WAIT_MS = 500  # for the database, before the events go on waiting
UNAVAILABLE = (OperationalError, InterfaceError, InternalError, NoConnection)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain did. `is_complete`: nothing that was there when it began waits any more."""

    entered: int = 0
    put_aside: int = 0
    is_complete: bool = False


class _Overtaken(RuntimeError):
    """Another drainer has entered these lines."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A line with what it says; `event` is None where it says nothing that can be read."""

    line: Line
    event: events.Event | None
    at: datetime


def drain(*, wait_seconds: float = 0, busy_wait_ms: int = BUSY_WAIT_MS) -> Drained:
    """Enter what waits, unless another process is at it; the database may refuse at any time.

    Waits up to `wait_seconds` for another drainer, and stops after as long where that is not 0.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    spool = events.spool_of(app)
    if not spool.names():
        return Drained(is_complete=True)
    deadline = time.monotonic() + wait_seconds if wait_seconds else None
    with spool.draining(wait_seconds) as is_ours:
        if not is_ours:
            return Drained()
        try:
            return _drain(app, spool, deadline, busy_wait_ms)
        except (*UNAVAILABLE, _Overtaken) as error:
            log.info("events go on waiting", reason=str(error.__cause__ or error))
            return Drained()


def _drain(app: Flask, spool: Spool, deadline: float | None, busy_wait_ms: int) -> Drained:
    done = Drained()
    known = positions()
    there = spool.names()
    names = there[:SEGMENTS_AT_ONCE]
    reached = {name: known.get(name, 0) for name in names}
    waiting = _in_order(spool, reached)
    while batch := list(islice(waiting, BATCH_EVENTS)):
        if deadline is not None and time.monotonic() > deadline:
            return done
        ends = {each.line.segment: each.line.end for each in batch}
        work = partial(_enter, app, batch=batch, starts=reached, ends=ends)
        aside = transaction(work, busy_wait_ms)
        reached |= ends
        done = Drained(done.entered + len(batch) - aside, done.put_aside + aside)
    _remove_finished(spool, reached, busy_wait_ms)
    return replace(done, is_complete=names == there)


def positions() -> dict[str, int]:
    """Return how far each segment has been entered."""
    with Session(db.engine) as session:
        rows = session.execute(select(SpoolPosition.segment, SpoolPosition.position))
        return {row.segment: row.position for row in rows}


def _in_order(spool: Spool, starts: dict[str, int]) -> Iterator[_Waiting]:
    """Yield what waits in the order of its moments; the order within a segment always stays."""
    streams = [_waiting(spool.lines(name, start)) for name, start in starts.items()]
    return heapq.merge(*streams, key=lambda each: each.at)


def _waiting(lines: Iterable[Line]) -> Iterator[_Waiting]:
    latest = utc_now()
    for line in lines:
        try:
            event = events.read(line.text)
            latest = event.at
            yield _Waiting(line, event, event.at)
        except events.Unreadable:
            yield _Waiting(line, None, latest)


def _enter(
    app: Flask,
    session: Session,
    *,
    batch: Sequence[_Waiting],
    starts: dict[str, int],
    ends: dict[str, int],
) -> int:
    """Move the positions and apply the events; return how many could not be applied."""
    for name, end in ends.items():
        _move(session, name, starts[name], end)
    refused = [each.line for each in batch if not _is_applied(app, session, each.event)]
    for line in refused:  # before the commit: better aside twice than nowhere
        events.spool_of(app).put_aside(line.text)
    return len(refused)


def _move(session: Session, segment: str, start: int, end: int) -> None:
    if session.get(SpoolPosition, segment) is None:
        session.add(SpoolPosition(segment=segment, position=end))
        try:
            session.flush()
        except IntegrityError as error:
            raise _Overtaken(segment) from error
        return
    moved = session.execute(
        update(SpoolPosition)
        .where(SpoolPosition.segment == segment, SpoolPosition.position == start)
        .values(position=end, moved_at=utc_now())
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise _Overtaken(segment)


def _is_applied(app: Flask, session: Session, event: events.Event | None) -> bool:
    apply = events.kinds(app).get(event.kind) if event else None
    if event is None or apply is None:
        return False
    try:
        try:
            _apply(session, apply, event)
        except IntegrityError:  # the same visitor voted at this instant: now their visit is there
            _apply(session, apply, event)
    except UNAVAILABLE:
        raise
    except Exception as error:  # one event of a kind that fails must not hold up all others
        log.exception("event put aside", event_kind=event.kind, reason=str(error))
        return False
    return True


def _apply(session: Session, apply: events.Apply, event: events.Event) -> None:
    with session.begin_nested():
        apply(session, event)


def _remove_finished(spool: Spool, reached: dict[str, int], busy_wait_ms: int) -> None:
    """Remove segments that are entered and whose writer is gone.

    The file goes first: a position without its file is rubbish, a file without its position would enter
    once more.
    """
    removed = [name for name, end in reached.items() if spool.remove_finished(name, end)]
    if removed:
        gone = delete(SpoolPosition).where(SpoolPosition.segment.in_(removed))
        transaction(lambda session: session.execute(gone), busy_wait_ms)
