"""`kb serve`: the site on gunicorn, with the schema brought up to date first."""

import gc
import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kb.ahead import load_all

if TYPE_CHECKING:
    from flask import Flask

DEFAULT_PORT = 8000
HIGHEST_PORT = 65_535
GARBAGE_OBJECTS = 700  # Python's own, which the command line raises while it loads


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, HIGHEST_PORT),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 takes any that is free.",
)
def serve(host: str, port: int) -> None:
    """Serve the site until interrupted."""
    run(f"{host}:{port}")


def run(bind: str) -> None:
    """Serve on `host:port`; returns never."""
    from kb.config import Settings  # noqa: PLC0415  (keeps `kb --help` quick)
    from kb.db import db  # noqa: PLC0415
    from kb.factory import create_app  # noqa: PLC0415
    from kb.schema import ensure  # noqa: PLC0415
    from kb.supervising import CannotListen  # noqa: PLC0415
    from kb.supervising import serve as serve_until_stopped  # noqa: PLC0415

    settings = Settings()
    app = create_app(settings)
    ensure(app)
    with app.app_context():
        db.engine.dispose()  # a connection must not be shared with the forked processes
        too_long = too_long_answer(settings.locales)
    prepare(app)
    click.echo(f"Serving {settings.site_name} on http://{bind}/  (Ctrl-C stops it)")
    try:
        serve_until_stopped(app, bind, too_long=too_long)
    except CannotListen as error:
        raise click.ClickException(
            f"Nothing can listen on {bind}: another program may hold the port, or this machine has no "
            "such address. End that program, or choose others by --port and --host."
        ) from error


def prepare(app: "Flask") -> None:
    """Do now, once for all processes, what the first requests would wait for; takes about a second.

    Pages are compiled, and parts of the program loaded that say so (`kb.ahead`). And what the program
    consists of is left out of the search for garbage: it is never any, and walking over it, a tenth of
    a second each time, would hold up whoever reads much.
    """
    for name in app.jinja_env.list_templates(extensions=("html", "txt")):
        app.jinja_env.get_template(name)
    load_all(app)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)


def too_long_answer(locales: Sequence[str]) -> bytes:
    """Return the answer to an address of more than 8 kB, in every language of the site.

    The server gives it before it knows which one is asked for; needs an application context.
    """
    from flask_babel import force_locale, gettext  # noqa: PLC0415

    lines = []
    for locale in locales:
        with force_locale(locale):
            title = html.escape(gettext("This address is too long"))
            advice = html.escape(gettext("Search with fewer words: a sentence is enough."))
        lines.append(f'<section lang="{locale}"><h1>{title}</h1><p>{advice}</p></section>')
    page = (
        f'<!doctype html><html lang="{locales[0]}"><meta charset="utf-8"><title>414</title>'
        f'<meta name="viewport" content="width=device-width">{"".join(lines)}</html>'
    ).encode()
    head = (
        "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\n"
        f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
    )
    return head.encode("ascii") + page
