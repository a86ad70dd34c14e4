"""The worker as a process: beside the server, after its own death, and after the server's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask

from kb.config import Settings
from kb.db import db
from kb.mail import outbox
from kb.worker.queue import FILE
from tests.postbox import Postbox

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 120
LOOK_SECONDS = 0.05
T = TypeVar("T")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="tells processes by the files they hold"
)


def _until(found: Callable[[], T]) -> T:
    """Wait for something that is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (value := found()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(LOOK_SECONDS)
    return value


def _holders(home: Path) -> set[int]:
    """Return the processes that have the queue open: of the site, its worker alone looks into it."""
    queue, found = str((home / FILE).resolve()), set()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            held = {str(file.readlink()) for file in (process / "fd").iterdir()}
        except OSError:
            continue
        if queue in held:
            found.add(int(process.name))
    return found


@pytest.fixture
def settings(settings: Settings, postbox: Postbox) -> Settings:
    """With a mail server, and a public address."""
    return settings.model_copy(
        update={"smtp_url": postbox.url, "site_url": "https://help.clairson.example"}
    )


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Return a function that starts `kb` with the settings of the test."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "KB_HOME": str(settings.home),
        "KB_SECRET_KEY": settings.secret_key,
        "KB_CONTACT_EMAIL": settings.contact_email,
        "KB_SMTP_URL": settings.smtp_url,
        "KB_SITE_URL": settings.site_url,
        "KB_EMBEDDING_MODEL": "off",
        "KB_INDEXER": "off",
        "KB_WORKERS": "1",
        "KB_LOG_LEVEL": "ERROR",
    }

    def run(*words: str) -> "subprocess.Popen[bytes]":
        program = [sys.executable, "-c", "from kb.cli import main; main()", *words]
        process = subprocess.Popen(
            program, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def _put_in(recipient: str) -> None:
    """Keep a message as another process does, without a word to the worker but through the queue."""
    outbox.send(recipient, kind="request", subject="Lamp", text="It blinks.")
    db.session.commit()


def test_the_worker_lives_and_dies_with_the_server(
    app: Flask,
    settings: Settings,
    postbox: Postbox,
    start: Callable[..., "subprocess.Popen[bytes]"],
) -> None:
    server = start("serve", "--port", "0")
    first = _until(lambda: _holders(settings.home)).pop()
    _put_in("before@clairson.example")
    _until(lambda: len(postbox.messages) == 1)

    os.kill(first, signal.SIGKILL)
    second = _until(lambda: _holders(settings.home) - {first}).pop()
    _put_in("after@clairson.example")
    _until(lambda: len(postbox.messages) == 2)

    server.kill()
    _until(lambda: not _holders(settings.home))
    assert second != first


def test_a_worker_of_its_own_stops_when_it_is_asked_to(
    app: Flask,
    settings: Settings,
    postbox: Postbox,
    start: Callable[..., "subprocess.Popen[bytes]"],
) -> None:
    _put_in("waiting@clairson.example")
    worker = start("worker")
    _until(lambda: len(postbox.messages) == 1)
    worker.terminate()
    assert worker.wait(PATIENCE_SECONDS) == 0


def test_a_server_that_stops_takes_its_worker_along(
    app: Flask,
    settings: Settings,
    postbox: Postbox,
    start: Callable[..., "subprocess.Popen[bytes]"],
) -> None:
    server = start("serve", "--port", "0")
    _until(lambda: _holders(settings.home))
    server.terminate()
    assert server.wait(PATIENCE_SECONDS) == 0
    assert _holders(settings.home) == set()
