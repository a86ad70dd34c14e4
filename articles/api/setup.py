"""The part of the API about articles."""

from flask import Flask

from articles.api import importing, reading, writing
from kb.api.setup import register

__all__ = ["writing"]  # imported for the operations that it adds to those of reading


def init_app(app: Flask) -> None:
    """Serve it."""
    register(app, reading.operations)
    register(app, importing.operations)
