"""Run a task in this process: one of each at a time, and long ones never on every thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from kb.config import Settings
from kb.db import db, utc_now
from kb.worker import clock
from kb.worker.tasks import Task, tasks

THREADS = 3
LONG_AT_ONCE = THREADS - 1  # one thread is left to tasks that are prompt, such as mail
NOWHERE = "http://localhost"  # where no setting says what the site's address is

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class AtWork:
    """What runs in this process now, and what was asked for again meanwhile."""

    lock: Lock = field(default_factory=Lock)
    tasks: dict[str, Task] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)

    def has_room_for(self, task: Task) -> bool:
        """Tell whether a task may take a thread."""
        return task.prompt or sum(not each.prompt for each in self.tasks.values()) < LONG_AT_ONCE


def run_task(app: Flask, name: str) -> object:
    """Run a registered task here and now, for tests and commands; raises what it raises."""
    task = tasks(app)[name]
    with site_context(app):
        return task.run()


@contextmanager
def site_context(app: Flask) -> Iterator[None]:
    """Work as in a request to the site's public address, so that links in e-mail lead there."""
    settings: Settings = app.extensions["kb_settings"]
    with app.test_request_context(base_url=(settings.site_url or NOWHERE).rstrip("/") + "/"):
        yield


def execute(app: Flask, name: str, *, by_clock: bool) -> bool:
    """Run a task in the worker; false where long tasks hold all the threads they may have.

    A task that is at work already runs once more when it ends, if somebody asked for it: it may have
    passed by what they want done.
    """
    task = tasks(app).get(name)
    if task is None:  # put in by another version of the program
        log.warning("no such task", task=name)
        return True
    at_work: AtWork = app.extensions.setdefault("kb_at_work", AtWork())
    with at_work.lock:
        if name in at_work.tasks:
            if not by_clock:
                at_work.again.add(name)
            return True
        if not at_work.has_room_for(task):
            return False
        at_work.tasks[name] = task
    _run_until_quiet(app, task, at_work, by_clock=by_clock)
    return True


def _run_until_quiet(app: Flask, task: Task, at_work: AtWork, *, by_clock: bool) -> None:
    while True:
        _run_noted(app, task, by_clock=by_clock)
        with at_work.lock:
            if task.name not in at_work.again:
                del at_work.tasks[task.name]
                return
            at_work.again.discard(task.name)
        by_clock = False


def _run_noted(app: Flask, task: Task, *, by_clock: bool) -> None:
    """Run a task, and keep how it went; nothing that it raises reaches the worker's threads."""
    try:
        with site_context(app):
            if clock.begin(task, utc_now(), by_clock=by_clock):
                error = _error_of(task)
                clock.finish(task, utc_now(), error)
    except SQLAlchemyError as error:  # the clock's own notes; it comes round
        log.warning("the database is away", task=task.name, error=str(error))


def _error_of(task: Task) -> str:
    """Run a task; return what it raised in a line, nothing where it went well."""
    try:
        task.run()
    except Exception as error:
        db.session.rollback()
        log.exception("task failed", task=task.name)
        return " ".join(f"{type(error).__name__}: {error}".split())
    return ""
