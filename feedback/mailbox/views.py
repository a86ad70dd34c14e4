"""E-mail of requests in the application: out, in, and what a person must look at."""

from datetime import timedelta

from flask import Flask

from feedback.mailbox import acknowledging, cleaning, fetching, outgoing, solving, state, studio
from feedback.mailbox.taking import ACKNOWLEDGING
from kb import health
from kb.worker import tasks

EVERY = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """Write and take mails, by the clock and by what happens."""
    for part in (outgoing, solving, studio):
        part.init_app(app)
    tasks.register(app, state.FETCHING, EVERY, fetching.fetch, prompt=True)
    tasks.register(app, ACKNOWLEDGING, EVERY, acknowledging.acknowledge)
    tasks.register(app, "mail-in-cleaning", timedelta(days=1), cleaning.clean)
    health.register(app, state.check)
