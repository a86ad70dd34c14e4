"""What recording costs a request, and a soak in which writers die and the database is busy.

    python -m tests.benchmarks.recording [--seconds 20] [--writers 3] [--json]

The cost: noting a search beside writing it in a transaction, and a whole search page with and without
recording. The soak: processes note events while others of them are killed with signal 9, drainers are
killed in the middle of their work, and a stranger holds the database for seconds; afterwards every
event that a writer had noted must be in the database once. Exits with 1 if one is lost or is there twice.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from unittest import mock

from flask import Flask
from sqlalchemy import select

from feedback.models import SearchIntent
from feedback.recording import Shown, note_search, record_search
from feedback.spool.draining import drain
from feedback.spool.state import state
from feedback.visitors import Visitor
from kb.config import Settings
from kb.db import db
from kb.factory import create_app
from kb.schema import ensure
from tests import factories

NOTES, TRANSACTIONS, PAGES = 5_000, 300, 300
WARM_UP = 30
EVENTS_A_SECOND = 60  # of each writer, some three times what a large site sees
WRITER_LIVES_SECONDS = (0.5, 3.0)
DRAINER_LIVES_SECONDS = (0.3, 2.0)
BUSY_SECONDS = (0.5, 3.0)
SEED = 7
HEADERS = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
NOTHING = Shown(0, 0, 0.1, weak=True, mode="hybrid", translation_ids=tuple(range(20)))

processes = multiprocessing.get_context("fork")  # a spawned one would import everything anew


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations in milliseconds."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Soaked:
    """What the soak saw."""

    noted: int
    entered: int
    lost: int
    twice: int
    writers_killed: int
    drainers_killed: int
    busy_seconds: float


def spread(work: Callable[[int], object], times: int) -> Spread:
    """Run `work` and return how long it takes."""
    for number in range(WARM_UP):
        work(-1 - number)
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    return Spread(round(statistics.median(taken), 3), round(cuts[-1], 3))


def costs(app: Flask) -> dict[str, Spread]:
    """Measure what an event costs whoever waits for the page."""
    visitors = [Visitor(f"{number:032x}") for number in range(200)]

    def note(number: int) -> None:
        note_search(visitors[number % 200], query=f"lamp {number}", locale="en", shown=NOTHING)

    def write(number: int) -> None:
        who = visitors[number % 200]
        record_search(who, query=f"bulb {number}", locale="en", shown=NOTHING)

    client = app.test_client()

    def page(number: int) -> None:
        client.get(f"/en/search?q=lamp+{number}", headers=HEADERS).get_data()

    # What is noted last, so that nothing else is measured beside the entering of it.
    found = {"transaction": spread(write, TRANSACTIONS)}
    with mock.patch("feedback.watching.note_search"):
        found["page unrecorded"] = spread(page, PAGES)
    found["page recorded"] = spread(page, PAGES)
    found["note"] = spread(note, NOTES)
    return found


def write_until_killed(app: Flask, name: str, told: Path) -> None:
    """Note numbered events; tell each in a file once it has been noted."""
    with app.app_context(), told.open("ab", buffering=0) as file:
        for number in range(10**9):
            query = f"{name}x{number}"
            # Each by a visitor of its own: one visitor's quick questions would be one intent.
            who = Visitor(sha256(query.encode()).hexdigest()[:32])
            if note_search(who, query=query, locale="en", shown=NOTHING):
                file.write(f"{query}\n".encode())
            time.sleep(1 / EVENTS_A_SECOND)


def drain_until_killed(app: Flask) -> None:
    """Drain without a pause."""
    with app.app_context():
        while True:
            drain(busy_wait_ms=50)


@contextmanager
def mortal(
    target: Callable[..., None],
    lives: tuple[float, float],
    arguments: Callable[[int], tuple],  # type: ignore[type-arg]
) -> Iterator[list[int]]:
    """Keep a process running that is killed again and again; yields the list of the killed."""
    killed: list[int] = []
    over = threading.Event()
    chance = random.Random(SEED + len(lives))

    def run() -> None:
        while not over.is_set():
            child = processes.Process(target=target, args=arguments(len(killed)))
            child.start()
            over.wait(chance.uniform(*lives))
            os.kill(child.pid or 0, signal.SIGKILL)
            child.join()
            killed.append(child.pid or 0)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


@contextmanager
def busy(database: str) -> Iterator[list[float]]:
    """Hold the database's write lock again and again; yields for how long."""
    held: list[float] = []
    over = threading.Event()
    chance = random.Random(SEED)

    def run() -> None:
        while not over.wait(chance.uniform(0.5, 2)):
            other = sqlite3.connect(database, timeout=30)
            other.execute("BEGIN IMMEDIATE")
            held.append(chance.uniform(*BUSY_SECONDS))
            over.wait(held[-1])
            other.rollback()
            other.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield held
    finally:
        over.set()
        thread.join()


def soak(app: Flask, *, writers: int, seconds: float, folder: Path) -> Soaked:
    """Let writers, drainers and a stranger at the database at once, then count."""
    folder.mkdir()
    with app.app_context():
        database = db.engine.url.database or ""
        db.engine.dispose()  # a connection must not be shared with the forked processes
    with ExitStack() as stack:
        dead = [
            stack.enter_context(
                mortal(write_until_killed, WRITER_LIVES_SECONDS, _names(app, folder, each))
            )
            for each in range(writers)
        ]
        drained = stack.enter_context(
            mortal(drain_until_killed, DRAINER_LIVES_SECONDS, lambda _generation: (app,))
        )
        held = stack.enter_context(busy(database))
        time.sleep(seconds)
    with app.app_context():
        while not drain(wait_seconds=10).is_complete:
            pass
        return _counted(folder, sum(map(len, dead)), len(drained), sum(held))


def _names(app: Flask, folder: Path, writer: int) -> Callable[[int], tuple[Flask, str, Path]]:
    return lambda life: (app, f"w{writer}g{life}", folder / f"{writer}-{life}")


def _counted(folder: Path, writers: int, drainers: int, held: float) -> Soaked:
    told = [
        line.strip()
        for path in folder.iterdir()
        for line in path.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]
    entered: Counter[str] = Counter()
    for query, times in db.session.execute(select(SearchIntent.query, SearchIntent.times)):
        entered[query] += times
    return Soaked(
        noted=len(told),
        entered=len(entered),
        lost=sum(entered[each] == 0 for each in told) + state().lost + state().damaged,
        twice=sum(times > 1 for times in entered.values()),
        writers_killed=writers,
        drainers_killed=drainers,
        busy_seconds=round(held, 1),
    )


def _app(home: Path) -> Flask:
    app = create_app(
        Settings(
            home=home,
            secret_key="for the benchmark only",
            embedding_model="off",
            indexer="off",
            log_level="ERROR",
        )
    )
    ensure(app)
    return app


def _print(found: dict[str, Spread], soaked: Soaked) -> None:
    print(f"{'milliseconds':<20}{'median':>10}{'p95':>10}")
    for name, each in found.items():
        print(f"{name:<20}{each.median:>10.3f}{each.p95:>10.3f}")
    for name, value in asdict(soaked).items():
        print(f"{name:<20}{value:>10}")


def main() -> None:
    """Measure, soak, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = _app(Path(folder) / "cost")
        with measured.app_context():
            factories.article()
            found = costs(measured)
            db.engine.dispose()
        soaked = soak(
            _app(Path(folder) / "soak"),
            writers=chosen.writers,
            seconds=chosen.seconds,
            folder=Path(folder) / "told",
        )
    if chosen.json:
        costs_ms = {name: asdict(each) for name, each in found.items()}
        print(json.dumps({"milliseconds": costs_ms, "soak": asdict(soaked)}))
    else:
        _print(found, soaked)
    sys.exit(1 if soaked.lost or soaked.twice else 0)


if __name__ == "__main__":
    main()
