"""The thread that enters what a serving process notes, about once a second."""

import os
import threading

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from feedback.spool.draining import drain
from feedback.spool.events import spool_of
from feedback.spool.segments import Spool

INTERVAL_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Drainer:
    """Begins with the first event of a process, so that whoever serves the site also enters events."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._owner = 0
        self._lock = threading.Lock()

    def ensure(self) -> None:
        """Start the thread unless this process has one; a forked process has none yet."""
        if self._owner == os.getpid() or self._app.testing:
            return
        with self._lock:
            if self._owner != os.getpid():
                self._owner = os.getpid()
                threading.Thread(target=self._run, name="spool", daemon=True).start()

    def _run(self) -> None:
        stop = threading.Event()  # nobody sets it: the thread ends with its process
        entered: dict[str, int] = {}
        while not stop.wait(INTERVAL_SECONDS):
            entered = self._look(spool_of(self._app), entered)

    def _look(self, spool: Spool, entered: dict[str, int]) -> dict[str, int]:
        """Drain if the segments have grown; return their sizes as far as they have been entered."""
        sizes = spool.sizes()
        if sizes == entered:
            return entered
        try:
            with self._app.app_context():
                return sizes if drain().is_complete else {}
        except (SQLAlchemyError, OSError):
            log.exception("the spool could not be drained")
            return {}


def init_app(app: Flask) -> None:
    """Let events of this application start the thread."""
    app.extensions["kb_drainer"] = Drainer(app)
