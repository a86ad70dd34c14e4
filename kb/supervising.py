"""gunicorn for this site: answers to what it refuses, and the worker as one more child of the server."""

import signal
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from kb.config import Settings
from kb.factory import start_background_work
from kb.worker.child import Child
from kb.worker.process import STOP_SECONDS, consume

LONGEST_REQUEST_LINE = 8190  # bytes; gunicorn takes no more without taking any length


class CannotListen(OSError):
    """The address or the port cannot be had; the log says why."""


def serve(app: Flask, bind: str, *, too_long: bytes) -> None:
    """Serve on `host:port`; returns never. `too_long` answers an address of more than 8 kB.

    Raises CannotListen where there is nothing to serve on.
    """

    class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
        def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
            if isinstance(exc, LimitRequestLine):  # the request never reaches the application
                with suppress(OSError):
                    client.sendall(too_long)
            else:
                super().handle_error(req, client, addr, exc)

    _Server(app, bind, Worker).run()


class _Server(BaseApplication):  # type: ignore[misc]  # as above
    def __init__(self, app: Flask, bind: str, worker_class: type[ThreadWorker]) -> None:
        self._app = app
        self._bind = bind
        self._worker_class = worker_class
        super().__init__()

    def load_config(self) -> None:
        settings: Settings = self._app.extensions["kb_settings"]
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": self._worker_class,
            "limit_request_line": LONGEST_REQUEST_LINE,
            "preload_app": True,
            "keepalive": 15,
            "loglevel": "warning",
            "proc_name": "kb",
            "control_socket_disable": True,
            "post_worker_init": lambda _worker: start_background_work(self._app),
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def run(self) -> None:
        Supervisor(self).run()


class Supervisor(Arbiter):  # type: ignore[misc]  # as above
    """gunicorn's, which looks after the worker of the site in the same loop as after its own."""

    background: Child | None = None

    def setup(self, app: Any) -> None:
        """Prepare the worker, where the settings want it here; it is started with the others."""
        super().setup(app)
        settings: Settings = self.app.wsgi().extensions["kb_settings"]
        if settings.worker == "process" and self.background is None:
            self.background = Child(self._work)

    def start(self) -> None:
        """Begin to listen; gunicorn would end the program without saying what to do."""
        try:
            super().start()
        except SystemExit as error:
            raise CannotListen from error

    def manage_workers(self) -> None:
        """Replace what has died."""
        super().manage_workers()
        if self.background is not None:
            self.background.keep()

    def stop(self, graceful: bool = True) -> None:
        """Stop everything; the worker ends its task while the others end their requests."""
        background, self.background = self.background, None
        if background is not None:
            background.ask_to_stop()
        super().stop(graceful)
        if background is not None:
            background.stop(STOP_SECONDS + 1)

    def _work(self, server: int) -> None:
        """Leave the server's signals and its port behind, and do what the site does by the clock."""
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for listener in self.LISTENERS:
            listener.sock.close()  # else the port would be taken for as long as this process lives
        consume(self.app.wsgi(), parent=server)
