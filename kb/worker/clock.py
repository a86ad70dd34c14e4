"""Which tasks are due, and who may start one."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kb.db import db
from kb.worker.models import TaskRun
from kb.worker.tasks import Task

AGAIN_AFTER = timedelta(minutes=10)  # what failed, or died with its worker, need not wait a day


def wait_of(task: Task, run: TaskRun) -> timedelta:
    """Return how long after its start a task is due again, by how that run ended."""
    is_well = run.finished_at is not None and not run.failures
    return task.every if is_well else min(task.every, AGAIN_AFTER)


def due(tasks: Iterable[Task], runs: Iterable[TaskRun], now: datetime) -> list[Task]:
    """Return the tasks that should start now, those that never ran first."""
    known = {run.name: run for run in runs}
    waiting = [
        (known[task.name].started_at if task.name in known else None, task)
        for task in tasks
        if task.name not in known or _has_waited(task, known[task.name], now)
    ]
    waiting.sort(key=lambda pair: (pair[0] is not None, pair[0] or now, pair[1].name))
    return [task for _started, task in waiting]


def _has_waited(task: Task, run: TaskRun, now: datetime) -> bool:
    return now - run.started_at >= wait_of(task, run)


def due_now(tasks: Iterable[Task], now: datetime) -> list[Task]:
    """Return the tasks that should start now, as the database says."""
    return due(tasks, db.session.scalars(select(TaskRun)), now)


def begin(task: Task, now: datetime, *, by_clock: bool) -> bool:
    """Note that a task starts; false where the clock of another worker has just started it.

    One statement decides, so that of several workers one starts what is due. What somebody asked for
    (`soon`) starts in any case.
    """
    run = db.session.get(TaskRun, task.name, populate_existing=True)
    if run is None:
        return _begin_first(task, now) or not by_clock
    may_start = [TaskRun.started_at <= now - wait_of(task, run)] if by_clock else []
    begun = db.session.scalars(
        update(TaskRun)
        .where(TaskRun.name == task.name, *may_start)
        .values(started_at=now, finished_at=None)
        .returning(TaskRun.name)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return bool(begun)


def _begin_first(task: Task, now: datetime) -> bool:
    db.session.add(TaskRun(name=task.name, started_at=now))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    return True


def finish(task: Task, now: datetime, error: str = "") -> None:
    """Note how a run has ended."""
    db.session.execute(
        update(TaskRun)
        .where(TaskRun.name == task.name)
        .values(
            finished_at=now,
            failures=TaskRun.failures + 1 if error else 0,
            last_error=error,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
