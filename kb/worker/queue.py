"""The queue between the processes of the site: a file in the home folder, or Redis.

It carries wishes ("run this task"), never facts: what must not be lost stands in the database, and the
clock finds it there. So the file may be deleted, and a wish that could not be put in is no error.
"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer

from kb.config import Settings
from kb.worker import running
from kb.worker.tasks import tasks

FILE = "queue.sqlite3"  # in the home folder
BUSY_SECONDS = 1.0  # no request waits longer to ask for something
BUSY_LANES_SECONDS = 5  # after which a wish is tried again while long tasks are at work

log = structlog.get_logger(__name__)
_opening = Lock()


def queue(app: Flask) -> Huey:
    """Return the queue of an application in this process, opened when first used."""
    with _opening:
        known: tuple[int, Huey] | None = app.extensions.get("kb_queue")
        if known is None or known[0] != os.getpid():  # a connection must not survive a fork
            known = app.extensions["kb_queue"] = (os.getpid(), _open(app))
        return known[1]


def close(app: Flask) -> None:
    """Close the queue of this process; it is opened again when it is wanted."""
    with _opening:
        known: tuple[int, Huey] | None = app.extensions.pop("kb_queue", None)
    if known is not None:
        known[1].storage.close()


def ask(app: Flask, name: str, *, by_clock: bool) -> None:
    """Put in the wish that a task runs, unless the same wish waits already."""
    found = queue(app)
    if found.storage.put_if_empty(_mark(name, by_clock), b"1"):
        found.kb_run(name, by_clock)


def soon(app: Flask, name: str) -> None:
    """Have a registered task run as soon as a worker is free; costs about a millisecond, never raises.

    Ask after the commit of what the task should find. Raises KeyError for a name nobody registered.
    """
    if name not in tasks(app):
        raise KeyError(name)
    try:
        ask(app, name, by_clock=False)
    except _troubles() as error:
        log.warning("the queue is away, the clock will do it", task=name, error=str(error))


def forget_wishes(app: Flask) -> None:
    """Begin anew: the marks of wishes that a killed worker had taken would keep others out."""
    for name in tasks(app):
        for by_clock in (False, True):
            queue(app).storage.pop_data(_mark(name, by_clock))


def _mark(name: str, by_clock: bool) -> str:
    return f"{'due' if by_clock else 'soon'}:{name}"


def _troubles() -> tuple[type[Exception], ...]:
    try:
        from redis.exceptions import RedisError  # noqa: PLC0415 - an optional extra
    except ImportError:
        return sqlite3.Error, OSError
    return sqlite3.Error, OSError, RedisError


def _open(app: Flask) -> Huey:
    made = _storage(app)

    @made.task(name="run")  # type: ignore[untyped-decorator]
    def run(name: str, by_clock: bool) -> None:
        made.storage.pop_data(_mark(name, by_clock))
        if not running.execute(app, name, by_clock=by_clock) and not by_clock:
            run.schedule((name, by_clock), delay=BUSY_LANES_SECONDS)

    made.kb_run = run
    return made


def _storage(app: Flask) -> Any:
    settings: Settings = app.extensions["kb_settings"]
    # Signed, so that who can write to the queue cannot run code of theirs in the worker.
    serializer = SignedSerializer(secret=app.config["SECRET_KEY"], salt="kb.queue")
    if settings.queue_url:
        return RedisHuey("kb", url=settings.queue_url, serializer=serializer, results=False)
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / FILE
    try:
        return _file(path, serializer)
    except sqlite3.OperationalError:
        raise  # busy or full: it passes
    except sqlite3.DatabaseError as error:
        log.warning("the queue is damaged: beginning anew", error=str(error))
        for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            with suppress(FileNotFoundError):
                each.unlink()
        return _file(path, serializer)


def _file(path: Path, serializer: SignedSerializer) -> Any:
    return SqliteHuey(
        "kb",
        filename=str(path),
        timeout=BUSY_SECONDS,
        fsync=False,
        serializer=serializer,
        results=False,
    )
