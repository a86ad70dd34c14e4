"""The look at the current hours that the worker takes every five minutes."""

from datetime import datetime, timedelta

import structlog
from flask import Flask

from feedback.rises import alerts, notices
from feedback.rises.finding import rises
from feedback.rises.meaning import meant
from feedback.rises.models import Alert
from feedback.spool.draining import drain
from kb.db import utc_now
from kb.worker import tasks

EVERY = timedelta(minutes=5)
DRAIN_SECONDS = 5

log = structlog.get_logger(__name__)


def look(now: datetime | None = None) -> list[Alert]:
    """Raise, keep up and end alerts as of `now`; return those raised."""
    drain(wait_seconds=DRAIN_SECONDS)
    moment = now or utc_now()
    added = alerts.keep(rises(moment, meant()), moment)
    for alert in added:
        log.warning("sudden rise", question=alert.name, visitors=alert.visitors)
    notices.tell(added)
    return added


def init_app(app: Flask) -> None:
    """Let the worker look."""
    tasks.register(app, "sudden rises", EVERY, look)
