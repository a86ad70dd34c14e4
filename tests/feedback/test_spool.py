"""Claims about events on their way to the database: none lost, none twice, whatever dies when."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models import SearchIntent, Visit
from feedback.recording import note_search
from feedback.spool import draining, events
from feedback.spool.draining import drain
from feedback.spool.models import SpoolPosition
from feedback.spool.segments import DAMAGED, Spool, SpoolFull
from feedback.spool.state import check, state
from feedback.visitors import Visitor
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, at, shown

ROOT = Path(__file__).parents[2]
PRIVATE = Visitor("f" * 32, is_private=True)


@pytest.fixture
def spool(any_app: Flask) -> Spool:
    return events.spool_of(any_app)


def note(query: str, who: Visitor = ALICE) -> bool:
    return note_search(who, query=query, locale="en", shown=shown())


def queries() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(SearchIntent.query).order_by(SearchIntent.id)))


def written(query: str, seconds: float, kind: str = "search") -> bytes:
    facts = {
        "query": query,
        "normalised": query,
        "locale": "en",
        "page": 1,
        "channel": "site",
        "shown": {
            "retrieved": 0,
            "matched": 0,
            "confidence": 0.0,
            "weak": True,
            "mode": "keyword",
            "translation_ids": [],
        },
    }
    return events.written(events.Event(kind, at(seconds), ALICE, facts))


def put(spool: Spool, name: str, *lines: bytes) -> Path:
    """Leave a segment of a process that is gone."""
    spool.folder.mkdir(parents=True, exist_ok=True)
    path = spool.folder / f"{name}.jsonl"
    with path.open("ab") as file:
        file.write(b"".join(lines))
    return path


@pytest.mark.usefixtures("any_app")
def test_what_is_noted_enters_once() -> None:
    assert note("lamp")
    assert queries() == []
    assert drain().entered == 1
    assert drain().entered == 0
    assert queries() == ["lamp"]


def test_events_enter_in_the_order_of_their_moments_whoever_wrote_them(spool: Spool) -> None:
    put(spool, "one", written("first", 0), written("third", 200))
    put(spool, "two", written("second", 100), written("fourth", 300))
    drain()
    assert queries() == ["first", "second", "third", "fourth"]


def test_a_line_that_is_being_written_waits_for_its_end(spool: Spool) -> None:
    writer = Spool(spool.folder, 1_000_000)
    line = written("lamp flickers", 0)
    writer.append(line[:40])
    assert drain().entered == 0
    writer.append(line[40:])
    assert drain().entered == 1


@pytest.mark.parametrize(
    "damaged",
    [b"\x00\xff\n", b"{}\n", b"[1]\n", written("x", 0)[:-9] + b"\n", written("x", 0, "unheard-of")],
)
def test_a_damaged_line_is_put_aside_and_holds_up_nothing(spool: Spool, damaged: bytes) -> None:
    put(spool, "one", written("before", 0), damaged, written("after", 100))
    assert drain().put_aside == 1
    assert queries() == ["before", "after"]
    assert (spool.folder / DAMAGED).read_bytes() == damaged
    assert check().state == "degraded"


def test_the_torn_line_of_a_dead_process_is_put_aside(spool: Spool) -> None:
    path = put(spool, "one", written("before", 0), b'{"kind":"sea')
    drain()
    assert (queries(), path.exists(), state().damaged) == (["before"], False, 1)


def test_an_event_that_cannot_be_entered_leaves_nothing_and_holds_up_nothing(
    any_app: Flask, spool: Spool
) -> None:
    def enter(session: Session, event: events.Event) -> None:
        session.add(Visit(visitor="x", number=1, locale="en", started_at=at(), last_seen_at=at()))
        session.flush()
        raise KeyError(event.kind)

    events.register(any_app, "odd", enter)
    put(spool, "one", written("x", 0, "odd"), written("lamp", 100))
    assert drain() == draining.Drained(entered=1, put_aside=1, is_complete=True)
    assert queries() == ["lamp"]
    assert [each.visitor for each in db.session.scalars(select(Visit))] == [ALICE.id]


def test_the_segment_of_a_living_process_stays_and_that_of_a_dead_one_goes(spool: Spool) -> None:
    note("lamp")
    drain()
    assert len(spool.names()) == 1
    spool.close()
    drain()
    assert spool.names() == []
    assert db.session.scalar(select(func.count()).select_from(SpoolPosition)) == 0


def test_a_long_segment_is_closed_for_a_new_one(any_app: Flask) -> None:
    spool = Spool(events.spool_of(any_app).folder, 8 * 2_000)
    for _ in range(11):
        spool.append(b"x" * 999 + b"\n")
    assert sorted(spool.sizes().values()) == [1_000] + [2_000] * 5


def test_a_process_killed_before_it_could_remove_what_it_entered_enters_it_once(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(spool, "one", written("lamp", 0))
    with monkeypatch.context() as patch:
        patch.setattr(draining, "_remove_finished", interrupt)
        with pytest.raises(KeyboardInterrupt):
            drain()
    assert drain().entered == 0
    assert (queries(), spool.names()) == (["lamp"], [])


def interrupt(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_process_killed_before_its_commit_has_entered_nothing(
    any_app: Flask, spool: Spool
) -> None:
    events.register(any_app, "fatal", interrupt)
    put(spool, "one", written("lamp", 0), written("x", 100, "fatal"))
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert queries() == []
    events.register(any_app, "fatal", lambda _session, _event: None)
    assert drain().entered == 2
    assert queries() == ["lamp"]


def test_a_second_drainer_of_the_same_lines_enters_nothing(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even one that has read them before the first one entered them."""
    put(spool, "one", written("lamp", 0))
    monkeypatch.setattr(draining, "positions", dict)  # as they were at the beginning
    monkeypatch.setattr(draining, "_remove_finished", lambda *_arguments: None)
    drain()
    assert drain() == draining.Drained()
    assert queries() == ["lamp"]


def test_while_one_drains_no_other_does(spool: Spool) -> None:
    note("lamp")
    with spool.draining(0) as is_ours:
        assert is_ours
        assert drain() == draining.Drained()
    assert drain().entered == 1


def test_beyond_the_bound_events_are_counted_as_lost_and_health_says_so(app: Flask) -> None:
    app.extensions["kb_spool"] = Spool(app.extensions["kb_settings"].home / "spool", 1_000)
    kept = [note(f"question {number}") for number in range(6)]
    assert (kept[0], kept[-1]) == (True, False)
    assert state().lost == kept.count(False)
    assert check().state == "degraded"
    drain()
    assert len(queries()) == kept.count(True)


def test_a_disk_that_takes_nothing_breaks_no_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Spool, "append", refuse)
    assert not note("lamp")
    assert app.test_client().get("/en/search?q=lamp").status_code == 200


def refuse(*_arguments: object) -> None:
    raise OSError("No space left on device")


def test_a_visitor_who_asks_for_privacy_leaves_no_line(app: Flask) -> None:
    assert not note("lamp", PRIVATE)
    assert events.spool_of(app).names() == []


def test_personal_data_never_reaches_the_disk(spool: Spool) -> None:
    note("refund for ann@mail.example")
    [name] = spool.names()
    assert b"ann@mail" not in (spool.folder / name).read_bytes()


@pytest.fixture
def busy_database(app: Flask) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(db.engine.url.database or "")
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.rollback()
    other.close()


def test_while_the_database_is_busy_events_wait(busy_database: sqlite3.Connection) -> None:
    note("lamp")
    note("relais", BOB)
    assert drain(busy_wait_ms=10) == draining.Drained()
    assert state().waiting_bytes > 0
    busy_database.rollback()
    assert drain().entered == 2
    assert state() == type(state())(waiting_bytes=0, waiting_seconds=0, lost=0, damaged=0)


def test_events_that_wait_for_long_are_shown_in_health(app: Flask) -> None:
    put(events.spool_of(app), "one", written("from long ago", 0))
    assert "wait" in check().detail


PROGRAM = """
import itertools, sys
from pathlib import Path
from feedback.spool.segments import Spool
spool = Spool(Path(sys.argv[1]), 50_000_000)
for number in itertools.count():
    spool.append(f"{number}\\n".encode())
    if number % 500 == 0:
        print(number, flush=True)
"""


def test_no_line_is_lost_by_kill(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    said = [int(writer.stdout.readline()) for _ in range(4)]
    os.kill(writer.pid, signal.SIGKILL)
    said += [int(line) for line in writer.communicate()[0].split()]
    spool = Spool(tmp_path, 50_000_000)
    lines = [int(line.text) for name in spool.names() for line in spool.lines(name, 0)]
    assert lines == list(range(len(lines)))
    assert len(lines) > said[-1]


def test_two_writers_and_a_remover_lose_nothing(tmp_path: Path) -> None:
    """A segment that was removed between its making and its lock is not written to."""
    first, second = Spool(tmp_path, 1_000_000), Spool(tmp_path, 1_000_000)
    seen = []
    for number in range(20):
        writer = (first, second)[number % 2]
        writer.append(f"{number}\n".encode())
        writer.close()
        for name in first.names():
            lines = list(second.lines(name, 0))
            if second.remove_finished(name, lines[-1].end):
                seen += [int(line.text) for line in lines]
    assert seen == list(range(20))


def test_a_full_spool_refuses(tmp_path: Path) -> None:
    with pytest.raises(SpoolFull):
        Spool(tmp_path, 10).append(b"longer than ten\n")


STEPS = st.lists(st.sampled_from(["note", "drain", "die", "die late", "leave"]), max_size=12)


@hypothesis_settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=STEPS)
def test_whatever_dies_when_each_event_enters_once(app: Flask, steps: list[str]) -> None:
    spool = events.spool_of(app)
    spool.close()
    drain()
    factories.empty()
    noted = 0
    for step in steps:
        if step == "note":
            noted += note(f"question {noted}")
        elif step == "leave":
            spool.close()
        else:
            _drain(app, step)
    _drain(app, "drain")
    assert sorted(queries()) == [f"question {number}" for number in range(noted)]


def _drain(app: Flask, step: str) -> None:
    """Drain, dying before the commit, or after it but before anything is removed."""
    with pytest.MonkeyPatch.context() as patch:
        if step == "die":
            patch.setattr(draining, "_is_applied", interrupt)
        if step == "die late":
            patch.setattr(draining, "_remove_finished", interrupt)
        try:
            drain()
        except KeyboardInterrupt:
            db.session.rollback()


def test_the_bound_is_a_setting(settings: Settings) -> None:
    from kb.factory import create_app

    spool = events.spool_of(create_app(settings.model_copy(update={"spool_mb": 1})))
    line = b"x" * 63_999 + b"\n"
    for _ in range(15):
        spool.append(line)
    with pytest.raises(SpoolFull):
        spool.append(line)
