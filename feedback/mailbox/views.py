"""E-mail of requests in the application: out, in, and what a person must look at."""

from contextlib import suppress
from datetime import timedelta

from flask import Flask

from feedback.mailbox import (
    acknowledging,
    arriving,
    cleaning,
    fetching,
    outgoing,
    solving,
    state,
    studio,
)
from feedback.mailbox.taking import ACKNOWLEDGING
from kb import health
from kb.config import Settings
from kb.mail.arrivals import Arrivals
from kb.worker import tasks

EVERY = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """Write and take mails, by the clock and by what happens."""
    for part in (outgoing, solving, studio):
        part.init_app(app)
    _prepare(app)
    tasks.register(app, state.FETCHING, EVERY, fetching.fetch, prompt=True)
    tasks.register(
        app, arriving.TASK, EVERY, arriving.take_in, prompt=True, is_wanted=arriving.waits
    )
    tasks.register(app, ACKNOWLEDGING, EVERY, acknowledging.acknowledge)
    tasks.register(app, "mail-in-cleaning", timedelta(days=1), cleaning.clean)
    health.register(app, state.check)


def _prepare(app: Flask) -> None:
    """Make the folder that mails are piped into; without it, `kb mail receive` says what is wrong."""
    site: Settings = app.extensions["kb_settings"]
    with suppress(OSError):  # a home folder that cannot be written: health says so
        Arrivals(site.home).prepare()
