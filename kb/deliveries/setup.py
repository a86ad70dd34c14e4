"""Deliveries in the application: their tasks, their health, and the call to the worker after a commit."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from kb import health
from kb.deliveries import cleaning, sending, state
from kb.deliveries.models import Delivery
from kb.deliveries.views import blueprint
from kb.worker import tasks
from kb.worker.queue import soon

TASK = "deliveries"
EVERY = timedelta(seconds=30)
_MARK = "kb_delivery_added"  # in a session's notes, from the flush to the commit


def init_app(app: Flask) -> None:
    """Let the worker send what waits, health tell of it, and the studio show it."""
    tasks.register(app, TASK, EVERY, _deliver, prompt=True)
    tasks.register(app, "deliveries-cleaning", timedelta(days=1), cleaning.clean)
    health.register(app, state.check)
    app.register_blueprint(blueprint)


def _deliver() -> None:
    sending.deliver_due()


# Of every session: votes are written in one of their own.
@event.listens_for(Session, "after_flush")
def _notice(session: Any, _context: object) -> None:
    if any(isinstance(each, Delivery) for each in session.new):
        session.info[_MARK] = True


@event.listens_for(Session, "after_commit")
def _call_the_worker(session: Any) -> None:
    """Have a message sent as soon as it is kept, not when the clock comes round."""
    if session.info.pop(_MARK, False):
        soon(current_app._get_current_object(), TASK)  # type: ignore[attr-defined]


@event.listens_for(Session, "after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(_MARK, None)
