"""The entry point for any WSGI server: `gunicorn wsgi:app`."""

from flask import Flask

from kb import threads


def _app() -> Flask:
    threads.limit()
    from kb.factory import create_app  # noqa: PLC0415  (after the limit, which numpy reads)

    return create_app()


app = _app()
