"""How the worker does, for the health page and `kb doctor`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from kb import health
from kb.db import db, utc_now
from kb.health import Check, reason
from kb.worker.models import TaskRun
from kb.worker.tasks import Task, tasks

PATIENCE = timedelta(minutes=5)  # after a task was due, before somebody is told


def init_app(app: Flask) -> None:
    """Let health tell of the worker."""
    health.register(app, lambda: check(app))


def check(app: Flask) -> Check:
    """Tell whether the tasks run, and run well."""
    try:
        runs = db.session.scalars(select(TaskRun)).all()
    except SQLAlchemyError as error:
        db.session.rollback()
        return Check("worker", "degraded", reason(error))
    return judged(tasks(app).values(), runs, utc_now())


def judged(registered: Iterable[Task], runs: Iterable[TaskRun], now: datetime) -> Check:
    """Return the state of the worker by what its tasks have left in the database."""
    known = {run.name: run for run in runs}
    if not known:
        return Check("worker", "ok", "has not run yet")
    failing = [_failure(run) for run in known.values() if run.failures]
    late = [each.name for each in registered if _is_late(each, known.get(each.name), now)]
    last = max(run.started_at for run in known.values())
    if late and now - last > PATIENCE:
        return Check("worker", "degraded", f"nothing has run since {last:%Y-%m-%d %H:%M} UTC")
    detail = [*failing, *(f"{name} is late" for name in late)]
    if detail:
        return Check("worker", "degraded", "; ".join(detail))
    return Check("worker", "ok", f"{len(known)} tasks")


def _failure(run: TaskRun) -> str:
    """Return what fails, and the kind of error alone: anybody may ask, and the log says the rest."""
    kind = run.last_error.split(":")[0]
    return f"{run.name} failed {run.failures} times, last with {kind} (see the log)"


def _is_late(task: Task, run: TaskRun | None, now: datetime) -> bool:
    return run is not None and now - run.started_at > task.every + PATIENCE
