"""The part of the API about articles."""

from flask import Flask

from articles.api import changes, files, filing, filing_categories, importing, reading, writing
from kb.api.docs_views import show_by
from kb.api.setup import register

# Imported for the operations that they add to those of reading.
__all__ = ["changes", "files", "filing", "filing_categories", "writing"]


def init_app(app: Flask) -> None:
    """Serve it."""
    register(app, reading.operations)
    register(app, importing.operations)
    show_by(app, "articles/key", reading.any_key)
