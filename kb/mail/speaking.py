"""Write to somebody in their language, whatever the language of the request at hand."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from flask_babel import force_locale


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Let texts, dates and the addresses of pages be those of `locale`."""
    before = g.get("locale")
    g.locale = locale
    try:
        with force_locale(locale):
            yield
    finally:
        g.locale = before
