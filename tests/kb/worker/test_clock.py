"""What is due, and who may start it."""

from datetime import datetime, timedelta

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kb.db import db, utc_now
from kb.worker.clock import AGAIN_AFTER, begin, due, due_now, finish
from kb.worker.models import TaskRun
from kb.worker.state import PATIENCE, judged
from kb.worker.tasks import Task

HOUR = timedelta(hours=1)
DAILY = Task("daily", timedelta(days=1), lambda: None)
spans = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=40))


def _run(name: str, started_at: datetime, *, ended: bool = True, failures: int = 0) -> TaskRun:
    finished = started_at if ended else None
    return TaskRun(name=name, started_at=started_at, finished_at=finished, failures=failures)


@given(every=spans, waited=spans, ended=st.booleans(), failures=st.integers(0, 5))
def test_a_task_is_due_after_its_time_and_sooner_where_it_went_wrong(
    every: timedelta, waited: timedelta, ended: bool, failures: int
) -> None:
    now = utc_now()
    task = Task("any", every, lambda: None)
    is_due = bool(due([task], [_run("any", now - waited, ended=ended, failures=failures)], now))
    went_well = ended and not failures
    assert is_due == (waited >= (every if went_well else min(every, AGAIN_AFTER)))


@given(st.lists(spans, max_size=6))
def test_what_never_ran_comes_first_then_what_waited_longest(waits: list[timedelta]) -> None:
    now = utc_now()
    known = [Task(f"known{number}", timedelta(), lambda: None) for number in range(len(waits))]
    runs = [_run(task.name, now - wait) for task, wait in zip(known, waits, strict=True)]
    found = due([*known, DAILY], runs, now)
    assert found[0] is DAILY
    started = {run.name: run.started_at for run in runs}
    moments = [started[task.name] for task in found[1:]]
    assert moments == sorted(moments)
    assert len(found) == len(waits) + 1


def test_a_restart_does_not_run_again_what_has_run(any_app: Flask) -> None:
    now = utc_now()
    assert due_now([DAILY], now) == [DAILY]
    assert begin(DAILY, now, by_clock=True)
    finish(DAILY, now)
    assert due_now([DAILY], now + HOUR) == []
    assert due_now([DAILY], now + timedelta(days=1)) == [DAILY]


def test_of_two_workers_one_starts_what_is_due(any_app: Flask) -> None:
    now = utc_now()
    assert begin(DAILY, now, by_clock=True)
    assert not begin(DAILY, now, by_clock=True)
    assert begin(DAILY, now, by_clock=False), "what was asked for starts in any case"
    finish(DAILY, now)
    later = now + timedelta(days=1)
    assert begin(DAILY, later, by_clock=True)
    assert not begin(DAILY, later, by_clock=True)


def test_a_failure_is_kept_until_it_goes_well(any_app: Flask) -> None:
    now = utc_now()
    begin(DAILY, now, by_clock=True)
    finish(DAILY, now, "OSError: full")
    begin(DAILY, now + HOUR, by_clock=True)
    finish(DAILY, now + HOUR, "OSError: full")
    run = db.session.scalars(select(TaskRun)).one()
    assert (run.failures, run.last_error) == (2, "OSError: full")
    assert judged([DAILY], [run], now).state == "degraded"
    begin(DAILY, now + 2 * HOUR, by_clock=True)
    finish(DAILY, now + 2 * HOUR)
    run = db.session.scalars(select(TaskRun).execution_options(populate_existing=True)).one()
    assert (run.failures, run.last_error) == (0, "")


def test_health_says_when_nobody_runs_the_tasks() -> None:
    now = utc_now()
    often = Task("often", timedelta(minutes=1), lambda: None)
    assert judged([often], [], now).state == "ok", "a site that was just set up"
    assert judged([often], [_run("often", now)], now).state == "ok"
    silent = judged([often], [_run("often", now - timedelta(minutes=2) - PATIENCE)], now)
    assert silent.state == "degraded"
    assert silent.detail.startswith("nothing has run since")
