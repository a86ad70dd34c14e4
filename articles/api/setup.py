"""The part of the API about articles."""

from flask import Flask

from articles.api import reading, writing
from kb.api.setup import register

__all__ = ["reading", "writing"]  # imported for the operations that they add


def init_app(app: Flask) -> None:
    """Serve it."""
    register(app, reading.operations)
