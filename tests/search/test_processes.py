"""Several processes on one index, and processes that die while they write it."""

import multiprocessing
import random
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from flask import Flask

from kb.config import Settings
from kb.db import db
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.passages import Document
from tests import factories
from tests.benchmarks import soak
from tests.search.conftest import DOCUMENTS, document

READERS = 4
TURNS = 21  # two of them build anew
ANSWERS = 6  # of each reader at least, however slow the machine
KILLS = 10
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


def test_every_answer_is_of_the_database_while_a_writer_publishes_and_archives(
    app: Flask, settings: Settings
) -> None:
    soak.populate(app)
    db.session.remove()
    db.engine.dispose()  # a connection must not be shared with the forked processes
    told = soak.soak(settings, readers=READERS, goes_on=lambda turn: turn < TURNS)
    assert told.wrong == ()
    assert told.turns == TURNS
    assert min(told.answers) >= len(soak.SUBJECTS)


def test_a_reconciliation_killed_at_any_instant_costs_nothing_but_time(
    app: Flask, settings: Settings
) -> None:
    factories.article("Reset a lamp")
    chance = random.Random(SEED)
    left = [soak.kill_a_writer(app, settings, chance.uniform(0.0, 0.3)) for _ in range(KILLS)]
    assert left == [""] * KILLS
