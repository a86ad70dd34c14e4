"""The part of the API about what readers say and do."""

from flask import Flask

from feedback.api import reports, votes
from kb.api.setup import register


def init_app(app: Flask) -> None:
    """Serve it."""
    register(app, votes.operations)
    register(app, reports.operations)
