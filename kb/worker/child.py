"""The worker beside a server: a child process that ends with it, and is replaced when it dies."""

import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

LONGEST_PAUSE_SECONDS = 60.0
QUICK_DEATH_SECONDS = 30.0  # a worker that lives for less is started anew after a pause

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Process:
    """A child; the pipe's other end is open in it alone, so that its death can be read from ours."""

    pid: int
    pipe: int
    born: float  # seconds of the monotonic clock

    @property
    def is_alive(self) -> bool:
        return not select.select([self.pipe], [], [], 0)[0]


class Child:
    """A process forked from a server that has loaded the program, so that it shares its memory.

    Nothing here waits for the process by its number: the server's own loop collects its children.
    """

    def __init__(self, work: Callable[[int], None]) -> None:
        """Keep the work, which is given the process id of the server; nothing is started yet."""
        self._work = work
        self._process: _Process | None = None
        self._deaths = 0  # one soon after the other
        self._not_before = 0.0

    @property
    def pid(self) -> int | None:
        """Return the process id of the child, None while there is none."""
        return self._process.pid if self._process else None

    def keep(self) -> None:
        """Start the child where there is none; called again and again by the server."""
        if self._process is not None and not self._process.is_alive:
            self._bury(self._process)
        if self._process is None and time.monotonic() >= self._not_before:
            self._process = self._fork()

    def ask_to_stop(self) -> None:
        """Ask the child to end what it does and leave."""
        self._signal(signal.SIGTERM)

    def stop(self, seconds: float) -> None:
        """Ask the child to stop; end it after `seconds`."""
        if self._process is None:
            return
        self.ask_to_stop()
        if not select.select([self._process.pipe], [], [], seconds)[0]:
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def _bury(self, process: _Process) -> None:
        os.close(process.pipe)
        age = time.monotonic() - process.born
        self._deaths = self._deaths + 1 if age < QUICK_DEATH_SECONDS else 0
        pause = min(2.0**self._deaths, LONGEST_PAUSE_SECONDS) if self._deaths > 1 else 0.0
        self._not_before = time.monotonic() + pause
        self._process = None
        log.warning("the worker has died", pid=process.pid, seconds=round(age), pause=round(pause))

    def _fork(self) -> _Process:
        ours, theirs = os.pipe()
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            _become(self._work, server)
        os.close(theirs)
        return _Process(pid, ours, time.monotonic())


def _become(work: Callable[[int], None], server: int) -> None:
    """Do the work in the forked process, which never returns into the server's code."""
    code = 1
    try:
        work(server)
        code = 0
    except BaseException:  # whatever it is, this process ends here
        log.exception("the worker stops")
    finally:
        os._exit(code)
