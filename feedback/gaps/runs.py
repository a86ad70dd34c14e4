"""One run at a time keeps the gaps: it claims one row, shows its progress there, and lets go of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from feedback.gaps.models import GapRun
from kb.db import db, utc_now

THE_RUN = 1  # id of the only row
SILENCE = timedelta(minutes=10)  # without a sign of life, a run was killed and another may begin
LOGGED_EVERY = 2_000  # questions

log = structlog.get_logger(__name__)


class RunLost(RuntimeError):
    """Another run has taken over: this one was silent for too long."""


class Run:
    """A claim on the work; `beat` now and then keeps it."""

    def __init__(self, claim: str) -> None:
        """Hold a claim that is in the database."""
        self._claim = claim
        self._beaten_at = utc_now()

    def beat(self, done: int, total: int) -> None:
        """Say how far the work is; raises `RunLost` where another run has taken over."""
        now = utc_now()
        if done < total and now - self._beaten_at < timedelta(seconds=2):
            return
        self._beaten_at = now
        if done == total or done % LOGGED_EVERY == 0:
            log.info("gaps", done=done, total=total)
        self.write(beat_at=now, done=done, total=total)

    def write(self, **values: object) -> None:
        """Write to the row, committed; raises `RunLost` where it belongs to another run."""
        touched = db.session.execute(
            update(GapRun).where(GapRun.id == THE_RUN, GapRun.claim == self._claim).values(**values)
        )
        db.session.commit()
        if touched.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE always has it
            raise RunLost(self._claim)


@contextmanager
def claimed() -> Iterator[Run | None]:
    """Give the run to whoever comes first, None to others; whatever happens it is let go of."""
    claim = uuid4().hex
    if not _claim(claim):
        yield None
        return
    try:
        yield Run(claim)
    finally:
        db.session.rollback()
        db.session.execute(
            update(GapRun)
            .where(GapRun.id == THE_RUN, GapRun.claim == claim)
            .values(claim="", beat_at=None)
        )
        db.session.commit()


def _claim(claim: str) -> bool:
    _ensure_row()
    now = utc_now()
    is_free = or_(GapRun.claim == "", GapRun.beat_at.is_(None), GapRun.beat_at < now - SILENCE)
    touched = db.session.execute(
        update(GapRun)
        .where(GapRun.id == THE_RUN, is_free)
        .values(claim=claim, beat_at=now, done=0, total=0)
    )
    db.session.commit()
    return touched.rowcount == 1  # type: ignore[attr-defined,no-any-return]


def _ensure_row() -> None:
    if db.session.get(GapRun, THE_RUN) is not None:
        return
    db.session.add(GapRun(id=THE_RUN))
    try:
        db.session.commit()
    except IntegrityError:  # another process was quicker
        db.session.rollback()


def last_run() -> GapRun | None:
    """Return how the last run went; None where there was none."""
    return db.session.scalar(select(GapRun).where(GapRun.id == THE_RUN))


def finished_at() -> datetime | None:
    """Return when the last whole run ended."""
    run = last_run()
    return run.finished_at if run else None
