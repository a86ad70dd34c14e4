"""Wishes in the queue, and the threads that take them."""

import pickle
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from kb.config import Settings
from kb.db import db
from kb.mail import outbox
from kb.worker import queue as queue_module
from kb.worker import run_task, soon
from kb.worker.models import TaskRun
from kb.worker.queue import FILE, ask, forget_wishes, queue
from kb.worker.running import LONG_AT_ONCE, AtWork, execute
from kb.worker.tasks import register, tasks

PATIENCE_SECONDS = 120
NEVER = timedelta(days=365)


@pytest.fixture
def calls(app: Flask) -> list[str]:
    """What the tasks `good` and `bad` were called for."""
    found: list[str] = []

    def fail() -> None:
        found.append("bad")
        raise OSError("no room")

    register(app, "good", NEVER, lambda: found.append("good"))
    register(app, "bad", NEVER, fail)
    return found


def _work_off(app: Flask) -> int:
    """Run the wishes that wait, as a worker's thread does; return how many there were."""
    found, count = queue(app), 0
    while (task := found.dequeue()) is not None:
        found.execute(task)
        count += 1
    return count


def test_a_wish_runs_once_however_often_it_was_put_in(app: Flask, calls: list[str]) -> None:
    for _again in range(5):
        soon(app, "good")
    assert _work_off(app) == 1
    soon(app, "good")
    _work_off(app)
    assert calls == ["good", "good"]


def test_a_task_that_fails_is_kept_with_its_reason_and_stops_no_other(
    app: Flask, calls: list[str]
) -> None:
    soon(app, "bad")
    soon(app, "good")
    _work_off(app)
    assert calls == ["bad", "good"]
    bad = db.session.get(TaskRun, "bad")
    assert bad is not None
    assert (bad.failures, bad.last_error) == (1, "OSError: no room")
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert "bad failed 1 times" in answer.text


def test_the_clock_starts_what_is_due_and_not_what_has_just_run(
    app: Flask, calls: list[str]
) -> None:
    ask(app, "good", by_clock=True)
    ask(app, "good", by_clock=True)
    assert _work_off(app) == 1
    ask(app, "good", by_clock=True)
    _work_off(app)
    assert calls == ["good"]


def test_a_message_kept_is_a_wish_to_send_it_and_one_rolled_back_is_none(app: Flask) -> None:
    outbox.send("bob@clairson.example", kind="request", subject="Lamp", text="It blinks.")
    db.session.rollback()
    assert queue(app).pending_count() == 0
    outbox.send("bob@clairson.example", kind="request", subject="Lamp", text="It blinks.")
    db.session.commit()
    assert queue(app).pending_count() == 1


def test_marks_left_by_a_killed_worker_keep_nothing_out(app: Flask, calls: list[str]) -> None:
    soon(app, "good")
    assert queue(app).dequeue() is not None, "taken, and the worker killed"
    forget_wishes(app)
    soon(app, "good")
    assert _work_off(app) == 1


def test_a_queue_that_cannot_be_had_fails_no_request(
    app: Flask, settings: Settings, calls: list[str]
) -> None:
    (settings.home / FILE).mkdir()
    soon(app, "good")
    assert calls == []


def test_a_damaged_queue_is_begun_anew(app: Flask, settings: Settings, calls: list[str]) -> None:
    (settings.home / FILE).write_bytes(b"no database at all" * 100)
    soon(app, "good")
    assert _work_off(app) == 1


def test_what_nobody_signed_is_not_run(app: Flask, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "owned",)  # type: ignore[return-value]

    queue(app).storage.enqueue(pickle.dumps(Evil()))
    with pytest.raises(ValueError, match=r"not found|mismatch"):
        queue(app).dequeue()
    assert not (tmp_path / "owned").exists()


def test_a_name_nobody_registered_is_an_error_of_the_program(app: Flask) -> None:
    with pytest.raises(KeyError):
        soon(app, "nothing")


def test_tasks_find_the_public_address(app: Flask) -> None:
    kept: Settings = app.extensions["kb_settings"]
    app.extensions["kb_settings"] = kept.model_copy(
        update={"site_url": "https://clairson.example/help"}
    )
    register(app, "address", NEVER, lambda: url_for("articles.root", _external=True))
    assert run_task(app, "address") == "https://clairson.example/help/"


def test_long_tasks_leave_a_thread_to_mail(app: Flask) -> None:
    begun, may_end, sent = threading.Semaphore(0), threading.Event(), threading.Event()

    def take_long() -> None:
        begun.release()
        assert may_end.wait(PATIENCE_SECONDS)

    names = [f"long{number}" for number in range(LONG_AT_ONCE + 1)]
    for name in names:
        register(app, name, NEVER, take_long)
    register(app, "urgent", NEVER, sent.set, prompt=True)
    threads = [
        threading.Thread(target=execute, args=(app, name), kwargs={"by_clock": False})
        for name in names[:LONG_AT_ONCE]
    ]
    for thread in threads:
        thread.start()
        assert begun.acquire(timeout=PATIENCE_SECONDS)
    assert not execute(app, names[-1], by_clock=False), "all their threads are taken"
    assert execute(app, "urgent", by_clock=False)
    assert sent.is_set()
    may_end.set()
    for thread in threads:
        thread.join()
    assert execute(app, names[-1], by_clock=False)


def test_who_asks_while_a_task_is_at_work_gets_another_run(app: Flask) -> None:
    runs = []

    def run() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            assert execute(app, "busy", by_clock=False), "taken note of, not run inside"

    register(app, "busy", NEVER, run)
    execute(app, "busy", by_clock=False)
    assert runs == [0, 1]
    at_work: AtWork = app.extensions["kb_at_work"]
    assert not at_work.tasks


def test_every_task_of_the_site_runs_on_an_empty_site(any_app: Flask) -> None:
    names = list(tasks(any_app))
    assert "mail" in names
    for name in names:
        run_task(any_app, name)
        db.session.rollback()
    assert db.session.scalars(select(TaskRun)).all() == []


def test_the_queue_is_opened_anew_in_a_forked_process(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = queue(app)
    monkeypatch.setattr(queue_module.os, "getpid", lambda: -1)
    assert queue(app) is not before
