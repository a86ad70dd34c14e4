"""The worker: threads that take wishes from the queue, and one that looks at the clock."""

import os
import signal
import threading
from typing import Any

import structlog
from flask import Flask
from huey.consumer import Consumer, Scheduler
from sqlalchemy.exc import SQLAlchemyError

from kb.db import utc_now
from kb.worker.clock import due_now
from kb.worker.queue import ask, forget_wishes, queue
from kb.worker.running import THREADS
from kb.worker.tasks import tasks
from kb.worker.watching import watch

CLOCK_SECONDS = 5  # how often the clock is looked at
POLL_SECONDS = 0.5  # how long a wish waits at most while all is quiet
STOP_SECONDS = 10  # given to what runs, when asked to stop; tasks may be cut without harm
PARENT_SECONDS = 1.0  # how often a child looks whether its server lives
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

log = structlog.get_logger(__name__)


def consume(app: Flask, *, parent: int | None = None) -> None:
    """Work until asked to stop, or until the process `parent` is gone."""
    forget_wishes(app)
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), name="parent", daemon=True).start()
    watch(app)
    _Consumer(app).run()


class _Consumer(Consumer):  # type: ignore[misc]  # huey carries no types
    """huey's, with a clock that reads the database, and stopping gently at each signal."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        super().__init__(
            queue(app),
            workers=THREADS,
            max_delay=POLL_SECONDS,
            shutdown_timeout=STOP_SECONDS,
            graceful_signal="TERM",
        )
        # Its own answer to SIGHUP, to start the program anew, would start a second server.
        self._signal_actions = dict.fromkeys(STOPPING, (False, True))

    def _create_scheduler(self) -> "Clock":
        return Clock(
            self._app,
            huey=self.huey,
            stop_flag=self.stop_flag,
            interval=self.scheduler_interval,
            periodic=True,
        )


class Clock(Scheduler):  # type: ignore[misc]  # as above
    """Asks for the tasks that are due, whoever ran them last."""

    periodic_task_seconds = CLOCK_SECONDS

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(**options)
        self._app = app

    def enqueue_periodic_tasks(self, now: object) -> None:  # noqa: ARG002 - huey's, without a zone
        """Put in the wishes of this moment."""
        try:
            with self._app.app_context():
                wanted = due_now(tasks(self._app).values(), utc_now())
            for task in wanted:
                ask(self._app, task.name, by_clock=True)
        except SQLAlchemyError as error:
            log.warning("the database is away", error=str(error))


def _leave_with(parent: int) -> None:
    """Stop once the server is gone, even where it was killed and could tell nobody."""
    quiet = threading.Event()
    while os.getppid() == parent:
        quiet.wait(PARENT_SECONDS)
    log.warning("the server is gone: the worker stops")
    os.kill(os.getpid(), signal.SIGTERM)
    quiet.wait(STOP_SECONDS + PARENT_SECONDS)
    os._exit(1)  # a task that cannot be stopped must not outlive the server
