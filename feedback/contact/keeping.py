"""Keep what somebody sent together with the messages it causes, or say that it was not kept."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from feedback.spool.draining import drain
from feedback.writing import NotRecorded
from kb.db import db

DRAIN_WAIT_SECONDS = 1.0  # so that a request finds the search that led to it

T = TypeVar("T")


def keep(work: Callable[[Session], T]) -> T:
    """Return what `work` returns, committed with the messages it put into the outbox.

    Raises `NotRecorded` where the database is busy or away: then nothing is kept and nothing sent.
    What `work` raises itself undoes everything too.
    """
    drain(wait_seconds=DRAIN_WAIT_SECONDS)
    try:
        try:
            return _committed(work)
        except IntegrityError:  # somebody did the same at the same moment: now it is there
            return _committed(work)
    except (DBAPIError, NoConnection) as error:
        raise NotRecorded(str(error.__cause__ or error)) from error


def _committed(work: Callable[[Session], T]) -> T:
    try:
        found = work(db.session())
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return found
