"""The entry point for any WSGI server: `gunicorn wsgi:app`."""

from kb.factory import create_app

app = create_app()
