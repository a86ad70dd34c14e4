"""`kb serve`: the site on gunicorn, with the schema brought up to date first."""

from typing import Any

import click

DEFAULT_PORT = 8000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the site until interrupted."""
    run(f"{host}:{port}")


def run(bind: str) -> None:
    """Serve on `host:port`; returns never."""
    from flask import Flask  # noqa: PLC0415  (keeps `kb --help` quick)
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415

    from kb.config import Settings  # noqa: PLC0415
    from kb.db import db  # noqa: PLC0415
    from kb.factory import create_app, start_background_work  # noqa: PLC0415
    from kb.schema import ensure  # noqa: PLC0415

    settings = Settings()
    app = create_app(settings)
    ensure(app)
    with app.app_context():
        db.engine.dispose()  # a connection must not be shared with the forked processes

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": bind,
                "workers": settings.workers,
                "threads": settings.threads,
                "worker_class": "gthread",
                "preload_app": True,
                "keepalive": 15,
                "loglevel": "warning",
                "proc_name": "kb",
                "control_socket_disable": True,
                "post_worker_init": lambda _worker: start_background_work(app),
            }
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    click.echo(f"Serving {settings.site_name} on http://{bind}/  (Ctrl-C stops it)")
    Server().run()
