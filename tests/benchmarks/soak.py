"""Readers and a writer at once, each answer compared with the database; and writers that die.

    python -m tests.benchmarks.soak [--seconds 60] [--kills 50] [--readers 4] [--json]

One process writes, publishes, archives and reconciles; the others search and look the answer up.
What was indexed before a question must be in its answer, and nothing may be that the database
does not have by then. Then writers are killed at random instants, and the index must become
equal to the database again. Exits with 1 at the first thing that is wrong.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.sharedctypes import SynchronizedArray
from multiprocessing.synchronize import Event
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from articles.models import Translation
from articles.publishing import Words, commit_changes, publish, write_revision
from kb.config import Settings
from kb.db import db, utc_now
from kb.factory import create_app
from kb.schema import ensure
from search import sync
from search.documents import published_stamps
from tests import factories

SUBJECTS = ("zebra", "walrus", "pigeon", "otter", "lynx", "heron", "gecko", "badger")
REBUILD_EVERY = 10  # turns of the writer
PATIENCE_SECONDS = 120.0
SEED = 11

processes = multiprocessing.get_context("fork")  # a spawned one would import everything anew


@dataclass(frozen=True, slots=True)
class Told:
    """What the soak saw."""

    turns: int
    answers: tuple[int, ...]  # compared, by reader
    wrong: tuple[str, ...]


def site(home: Path) -> Settings:
    """Return the settings of a site with the encoder made for tests."""
    return Settings(
        home=home,
        secret_key="for tests only",
        embedding_model="hashing",
        indexer="off",
        log_level="ERROR",
    )


def populate(app: Flask) -> None:
    """Publish one article of each subject, at version 0."""
    for subject in SUBJECTS:
        factories.article(f"{subject} 0", f"About the {subject}.", slug=subject, key=subject)
    sync.reconcile(app)


def soak(settings: Settings, *, readers: int, goes_on: Callable[[int], bool]) -> Told:
    """Read and write at once while `goes_on(turn)`; the site is populated already."""
    settled = processes.Array("q", len(SUBJECTS))
    done = processes.Event()
    pipes = [processes.Pipe(duplex=False) for _ in range(readers)]
    running = [
        processes.Process(target=_read, args=(settings, settled, done, end, number))
        for number, (_, end) in enumerate(pipes)
    ]
    for process in running:
        process.start()
    turns = 0
    with _running(settings) as app:
        while goes_on(turns) and all(process.is_alive() for process in running):
            turns += 1
            _write(app, settled, turns)
    done.set()
    told = [receiver.recv() for receiver, _ in pipes]
    for process in running:
        process.join(PATIENCE_SECONDS)
    wrong = tuple(each for each, _ in told if each)
    return Told(turns, tuple(count for _, count in told), wrong)


@contextmanager
def _running(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    encoder = sync.indexer(app).encoder
    assert encoder is not None
    encoder.wait()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _write(app: Flask, settled: "SynchronizedArray[int]", turn: int) -> None:
    """Publish a new version of one article, or archive it; note it when it is in the index."""
    number = random.Random(SEED + turn).randrange(len(SUBJECTS))
    translation = _translation(SUBJECTS[number])
    archives = turn % 5 == 0
    if archives:
        translation.archived_at = utc_now()
    else:
        translation.archived_at = None
        title = f"{SUBJECTS[number]} {turn}"
        publish(translation, write_revision(translation, Words(title=title, body=f"{title}.")))
    commit_changes()
    sync.reconcile(app, rebuild=turn % REBUILD_EVERY == 0)
    settled[number] = -turn if archives else turn


def _translation(subject: str) -> Translation:
    return db.session.scalars(select(Translation).where(Translation.slug == subject)).one()


def _read(
    settings: Settings, settled: "SynchronizedArray[int]", done: Event, end: object, number: int
) -> None:
    """Send what was wrong, and how many answers were compared: one of each subject at least."""
    chance = random.Random(SEED + number)
    count, wrong = 0, ""
    with _running(settings) as app:
        while not wrong and not (done.is_set() and count >= len(SUBJECTS)):
            at = chance.randrange(len(SUBJECTS)) if count >= len(SUBJECTS) else count
            wrong = _compared(app, at, settled)
            count += 1
    end.send((wrong, count))  # type: ignore[attr-defined]


def _compared(app: Flask, number: int, settled: "SynchronizedArray[int]") -> str:
    """Return what is wrong with one answer; nothing where it is of the database's present.

    `settled` holds the version of each subject in the index, negative once it is archived there.
    """
    before, subject = settled[number], SUBJECTS[number]
    found = sync.indexer(app).engine.search(subject, locale="en")
    versions = [int(hit.title.split()[-1]) for hit in found.hits if hit.title.startswith(subject)]
    db.session.rollback()  # see what others have committed
    translation = _translation(subject)
    newest = int(translation.title.split()[-1])
    # Vectors may lag behind the words for a moment, and then the words alone answer, as right.
    if found.degraded and "encoded" not in found.degraded:
        return f"{subject}: {found.degraded}"
    if len(versions) > 1 or max(versions, default=0) > newest:
        return f"{subject}: found {versions}, the database has {newest}"
    indexed = [before] if before >= 0 else []
    present = [newest] if translation.archived_at is None else []
    # While a change is on its way into the index, the state before it is as good.
    if settled[number] == before and versions not in (indexed, present):
        return f"{subject}: found {versions}, indexed {indexed}, in the database {present}"
    return ""


def publish_for_ever(settings: Settings, ready: Event) -> None:
    """Publish and archive articles, and reconcile after each change, until killed."""
    with _running(settings) as app:
        chance = random.Random(os.getpid())
        sync.reconcile(app)
        ready.set()
        while True:
            everything = db.session.scalars(select(Translation)).all()
            if len(everything) > 12:
                chance.choice(everything).archived_at = utc_now()
                commit_changes()
            key = f"speaker-{chance.random()}"
            factories.article(f"Speaker {key}", slug=key, key=key)
            sync.reconcile(app)


def kill_a_writer(app: Flask, settings: Settings, seconds: float) -> str:
    """Kill a writer so long after it began; return how the index then differs, once reconciled."""
    ready = processes.Event()
    process = processes.Process(target=publish_for_ever, args=(settings, ready))
    process.start()
    assert ready.wait(PATIENCE_SECONDS)
    time.sleep(seconds)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    db.session.rollback()  # see what the dead one has committed
    encoded = sync.reconcile(app).encoded_all
    snapshot = sync.indexer(app).index.snapshot()
    known = {key: snapshot.entries[at].digest for key, at in snapshot.by_id.items()}
    difference = set(known.items()) ^ set(published_stamps().items())
    return "" if encoded and not difference else f"{len(difference)} differ, all encoded: {encoded}"


def main() -> None:
    """Soak, kill and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-soak-") as folder:
        settings = site(Path(folder))
        app = create_app(settings)
        ensure(app)
        with app.app_context():
            populate(app)
            db.session.remove()
            db.engine.dispose()  # a connection must not be shared with the forked processes
        end = time.monotonic() + options.seconds
        told = soak(settings, readers=options.readers, goes_on=lambda _: time.monotonic() < end)
        with app.app_context():
            chance = random.Random(SEED)
            seconds = (chance.uniform(0.0, 0.5) for _ in range(options.kills))
            differing = [each for at in seconds if (each := kill_a_writer(app, settings, at))]
    found = {**asdict(told), "kills": options.kills, "differing": differing}
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write(
            f"{told.turns} changes by one writer, {sum(told.answers)} answers of "
            f"{len(told.answers)} readers compared with the database: {len(told.wrong)} wrong\n"
            f"{options.kills} writers killed: {len(differing)} left a difference\n"
        )
        sys.stdout.writelines(f"{each}\n" for each in (*told.wrong, *differing))
    sys.exit(bool(told.wrong or differing))


if __name__ == "__main__":
    main()
