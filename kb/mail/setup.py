"""E-mail in the application: its tasks, its health, and the call to the worker after a commit."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event

from kb import health
from kb.db import db
from kb.mail import cleaning, delivery, state
from kb.mail.models import OutgoingMail
from kb.worker import tasks
from kb.worker.queue import soon

DELIVERY = "mail"
EVERY = timedelta(minutes=1)
_MARK = "kb_mail_added"  # in the session's notes, from the flush to the commit


def init_app(app: Flask) -> None:
    """Let the worker send what is in the outbox, and health tell of it."""
    tasks.register(app, DELIVERY, EVERY, _deliver, prompt=True)
    tasks.register(app, "mail-cleaning", timedelta(days=1), cleaning.clean)
    health.register(app, state.check)


def _deliver() -> None:
    delivery.deliver_due()


@event.listens_for(db.session, "after_flush")
def _notice(session: Any, _context: object) -> None:
    if any(isinstance(each, OutgoingMail) for each in session.new):
        session.info[_MARK] = True


@event.listens_for(db.session, "after_commit")
def _call_the_worker(session: Any) -> None:
    """Have a message sent as soon as it is kept, not when the clock comes round."""
    if session.info.pop(_MARK, False):
        soon(current_app._get_current_object(), DELIVERY)  # type: ignore[attr-defined]


@event.listens_for(db.session, "after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(_MARK, None)
