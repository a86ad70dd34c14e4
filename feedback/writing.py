"""Short transactions of their own, apart from the session of the view, that give up soon."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from kb.db import BUSY_TIMEOUT_MS, db

T = TypeVar("T")


class NotRecorded(RuntimeError):
    """The database did not take the event in time."""


def write(work: Callable[[Session], T], wait_ms: int) -> T:
    """Return what `work` returns, committed; raises `NotRecorded` when the database is busy or away."""
    try:
        try:
            return transaction(work, wait_ms)
        except IntegrityError:  # the same visitor did two things at once: now the other is there
            return transaction(work, wait_ms)
    except (DBAPIError, NoConnection) as error:
        raise NotRecorded(str(error.__cause__ or error)) from error


def transaction(work: Callable[[Session], T], wait_ms: int) -> T:
    """Run `work` in a transaction that waits no longer than `wait_ms` for another one's locks."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _set_busy_timeout(connection, wait_ms)
        try:
            with Session(connection, expire_on_commit=False) as session, session.begin():
                if not is_sqlite:
                    session.execute(text(f"SET LOCAL lock_timeout = {wait_ms}"))
                    session.execute(text(f"SET LOCAL statement_timeout = {wait_ms * 2}"))
                return work(session)
        finally:
            if is_sqlite:
                _set_busy_timeout(connection, BUSY_TIMEOUT_MS)


def _set_busy_timeout(connection: Connection, milliseconds: int) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
    connection.commit()
