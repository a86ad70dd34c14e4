"""What health says of the events on their way."""

from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from feedback.spool.draining import positions
from feedback.spool.events import Unreadable, read, spool_of
from feedback.spool.segments import DAMAGED, LOST, Spool
from kb.db import utc_now
from kb.health import Check

LATE_SECONDS = 60  # events enter within about one
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class State:
    """How much waits and since when, how much was lost, how much lies aside."""

    waiting_bytes: int
    waiting_seconds: float
    lost: int
    damaged: int


def state() -> State:
    """Look at the spool of the current application."""
    spool = spool_of(current_app)
    try:
        entered = positions()
    except SQLAlchemyError:
        entered = {}  # the check of the database says why
    late = {
        name: size - entered.get(name, 0)
        for name, size in spool.sizes().items()
        if size > entered.get(name, 0)
    }
    return State(
        waiting_bytes=sum(late.values()),
        waiting_seconds=max((_age(spool, name, entered.get(name, 0)) for name in late), default=0),
        lost=_size(spool.folder / LOST),
        damaged=_lines(spool.folder / DAMAGED),
    )


def check() -> Check:
    """Tell whether every event enters, and soon."""
    found = state()
    folder = spool_of(current_app).folder
    troubles = []
    if found.lost:
        troubles.append(
            f"{found.lost} events lost for want of room; delete {folder / LOST} once read"
        )
    if found.damaged:
        troubles.append(f"{found.damaged} events could not be entered: see {folder / DAMAGED}")
    if found.waiting_seconds > LATE_SECONDS:
        troubles.append(
            f"{found.waiting_bytes / MEGABYTE:.1f} MB of events wait,"
            f" none entered for {found.waiting_seconds:.0f} s"
        )
    return Check("recording", "degraded" if troubles else "ok", "; ".join(troubles))


def _age(spool: Spool, name: str, position: int) -> float:
    """Return for how many seconds the first of what waits in a segment has waited."""
    first = next(spool.lines(name, position), None)
    try:
        return (utc_now() - read(first.text).at).total_seconds() if first else 0.0
    except Unreadable:
        return 0.0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0
