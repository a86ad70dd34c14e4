"""Several processes on one index, and processes that die while they write it."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from articles.models import Translation
from articles.publishing import commit_changes
from kb.config import Settings
from kb.db import db, utc_now
from kb.factory import create_app
from search import sync
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.passages import Document
from tests import factories
from tests.search.conftest import DOCUMENTS, document

READERS = 4
TURNS = 21  # two of them build anew
ANSWERS = 6  # of each reader at least, however slow the machine
KILLS = 10
PATIENCE_SECONDS = 120.0  # for a busy machine; nothing here measures time
SEED = 11

processes = multiprocessing.get_context("fork")  # a spawned one would import everything anew


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the encoder made for tests, which needs no model."""
    return settings.model_copy(update={"embedding_model": "hashing"})


def _read(folder: Path, done: Event, answers: Connection) -> None:
    """Send what was wrong, and how many answers were compared."""
    engine = SearchEngine(KeywordIndex(folder))
    last, count, wrong = -1, 0, ""
    while not wrong and not (done.is_set() and count >= ANSWERS):
        found = engine.search("turn of the loop", locale="en")
        turns = {int(hit.title.split()[-1]) for hit in found.hits if hit.title.startswith("Loop")}
        if found.degraded or len(turns) != 1 or min(turns) < last:
            wrong = f"after turn {last}: {sorted(turns)}, {found.degraded}"
        last = max(turns, default=last)
        count += 1
    answers.send((wrong, count))


def _turn(number: int) -> list[Document]:
    return [document(f"loop {key}", f"Loop {number}", f"Turn of the loop {key}.") for key in "abc"]


def test_readers_see_every_change_whole_and_in_order_while_a_writer_writes(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path / "search")
    index.build([*DOCUMENTS, *_turn(0)])
    done = processes.Event()
    pipes = [processes.Pipe(duplex=False) for _ in range(READERS)]
    readers = [processes.Process(target=_read, args=(index.folder, done, end)) for _, end in pipes]
    for reader in readers:
        reader.start()
    for number in range(1, TURNS + 1):
        if number % 10:
            index.update(_turn(number))
        else:
            index.build([*DOCUMENTS, *_turn(number)])
    done.set()
    told = [receiver.recv() for receiver, _ in pipes]
    for reader in readers:
        reader.join()
    assert [wrong for wrong, _ in told] == [""] * READERS
    assert min(count for _, count in told) >= ANSWERS


def _publish_for_ever(settings: Settings, ready: Event) -> None:
    """Publish, rename and archive articles, and reconcile after each change."""
    app = create_app(settings)
    chance = random.Random(os.getpid())
    with app.app_context():
        sync.reconcile(app)
        ready.set()
        while True:
            everything = db.session.scalars(select(Translation)).all()
            if len(everything) > 12:
                chance.choice(everything).archived_at = utc_now()
                commit_changes()
            factories.article(
                f"Speaker {chance.random()}",
                slug=f"s-{chance.random()}",
                key=f"k-{chance.random()}",
            )
            sync.reconcile(app)


def test_a_reconciliation_killed_at_any_instant_costs_nothing_but_time(
    app: Flask, settings: Settings
) -> None:
    factories.article("Reset a lamp")
    chance = random.Random(SEED)
    index = sync.indexer(app).index
    differences = []
    for _ in range(KILLS):
        ready = processes.Event()
        process = processes.Process(target=_publish_for_ever, args=(settings, ready))
        process.start()
        assert ready.wait(PATIENCE_SECONDS)
        time.sleep(chance.uniform(0.0, 0.3))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        db.session.rollback()  # see what the dead one has committed
        encoded = sync.reconcile(app).encoded_all
        snapshot = index.snapshot()
        known = {key: snapshot.entries[at].digest for key, at in snapshot.by_id.items()}
        differences.append((encoded, set(known.items()) ^ set(sync.published_stamps().items())))
    assert differences == [(True, set())] * KILLS
