"""For scale: the least that Flask and Jinja can do, a page of as many bytes as an article."""

import os

from flask import Flask, render_template
from gunicorn.app.base import BaseApplication
from jinja2 import DictLoader

TEMPLATE = """<!doctype html><html lang="en"><title>{{ title }}</title><body>
{% for word in words %}<p>{{ word }}</p>
{% endfor %}</body></html>"""
LINE = "A paragraph of a bare page, as long as a sentence of an article would be. "

app = Flask(__name__)
app.jinja_loader = DictLoader({"page.html": TEMPLATE})  # type: ignore[assignment]
SIZE = int(os.environ.get("BARE_PAGE_BYTES", "4300"))
WORDS = [LINE] * max((SIZE - 80) // (len(LINE) + 8), 1)


@app.get("/en/")
def page() -> str:
    """Render the page anew for each request, as a plain Flask application does."""
    return render_template("page.html", title="Bare", words=WORDS)


class _Server(BaseApplication):
    def load_config(self) -> None:
        """Run with the same number of processes and threads as `kb serve`."""
        for name, value in {
            "bind": f"127.0.0.1:{os.environ['BARE_PORT']}",
            "workers": int(os.environ["KB_WORKERS"]),
            "threads": int(os.environ["KB_THREADS"]),
            "worker_class": "gthread",
            "preload_app": True,
            "keepalive": 15,
            "loglevel": "warning",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return app


if __name__ == "__main__":
    _Server().run()
