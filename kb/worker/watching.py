"""Run at once what is wanted on this machine: by a look each second, as files send no wish."""

import threading

import structlog
from flask import Flask

from kb.worker.running import execute
from kb.worker.tasks import Task, tasks

LOOK_SECONDS = 1.0
AGAIN_SECONDS = 5.0  # where a task has left something: the database may be away

log = structlog.get_logger(__name__)


def watch(app: Flask) -> None:
    """Begin to look, for as long as the process lives; nothing begins where no task asks for it."""
    watched = [task for task in tasks(app).values() if task.is_wanted is not None]
    never = threading.Event()  # the thread ends with its process
    if watched:
        threading.Thread(target=look, args=(app, watched, never), name="watch", daemon=True).start()


def look(app: Flask, watched: list[Task], stop: threading.Event) -> None:
    """Look each second, and run what is wanted, until asked to stop."""
    pause = LOOK_SECONDS
    while not stop.wait(pause):
        wanted = [task for task in watched if _is_wanted(app, task)]
        for task in wanted:
            execute(app, task.name, by_clock=False)
        is_left = any(_is_wanted(app, task) for task in wanted)
        pause = AGAIN_SECONDS if is_left else LOOK_SECONDS


def _is_wanted(app: Flask, task: Task) -> bool:
    assert task.is_wanted is not None
    try:
        with app.app_context():
            return task.is_wanted()
    except OSError as error:  # a disk that is away comes back
        log.warning("cannot look what is to be done", task=task.name, error=str(error))
        return False
