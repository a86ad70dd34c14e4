"""Take in what was piped: mails that lie on disk, each until it stands in the database.

A mail is forgotten after the commit of what it became. Killed in between, it is taken once more and is
then known. One at which the program ended again and again is kept for a person unread, so that it does
not stop the others for ever.
"""

import time
from dataclasses import dataclass

import structlog
from flask import current_app

from feedback.mailbox.taking import hold_unread, take
from feedback.writing import NotRecorded
from kb.db import db
from kb.locales import settings
from kb.mail.arrivals import Arrival, Arrivals
from kb.worker.running import site_context

TASK = "mail-arriving"
POLL_SECONDS = 0.05
TRIES = 3  # in vain; a restart of the program or two may have been meant

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many were taken, and how many wait on: for the database, or for who is at it already."""

    taken: int = 0
    left: int = 0


def arrivals() -> Arrivals:
    """Return the mails that wait on this machine."""
    return Arrivals(settings().home)


def waits() -> bool:
    """Tell whether a mail waits; costs a look at a folder. Needs an application context."""
    return bool(arrivals().all())


def take_in() -> TakenIn:
    """Take everything that waits, the oldest first; needs an application context.

    Raises `NotRecorded` where the database is busy or away: the rest waits.
    """
    folder = arrivals()
    done = 0
    with folder.taking() as is_ours:
        if not is_ours:
            return TakenIn(left=len(folder.all()))
        while waiting := folder.all():  # more may come meanwhile, and what failed comes again
            for each in waiting:
                _take(folder, each)
            done += len(waiting)
        folder.sweep()
    if done:
        log.info("mail taken in", taken=done)
    return TakenIn(done)


def take_in_all(*, wait_seconds: float) -> bool:
    """Take in whatever waits, or wait for who is at it; tell whether nothing waits any more."""
    deadline = time.monotonic() + wait_seconds
    try:
        with site_context(current_app._get_current_object()):  # type: ignore[attr-defined]
            while take_in().left and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
            return not waits()
    except (NotRecorded, OSError):
        return False


def _take(folder: Arrivals, arrival: Arrival) -> None:
    if arrival.tries >= TRIES:
        hold_unread(folder.read(arrival), f"not taken in {arrival.tries} times")
        folder.done(arrival)
        return
    begun = folder.begin(arrival)
    try:
        take(folder.read(begun))
    except (NotRecorded, OSError):  # the database or the disk, and no fault of this mail
        folder.put_back(begun)
        raise
    except Exception:  # of this mail alone: the note stays, and the others are not kept waiting
        db.session.rollback()
        log.exception("mail not taken in", name=begun.name)
    else:
        folder.done(begun)
