"""`kb mcp`: the server for assistants on this machine, over standard input and output."""

import secrets
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from flask import Flask

    from feedback.assistants.callers import Caller

T = TypeVar("T")


@click.command()
@click.option(
    "--audience",
    type=click.Choice(["everyone", "customers", "staff"]),
    default="everyone",
    show_default=True,
    help="Whose articles it reads.",
)
@click.option("--gaps/--no-gaps", default=True, show_default=True, help="Tell what is missing.")
def mcp(*, audience: str, gaps: bool) -> None:
    """Let an assistant on this machine search and read, over standard input and output.

    On a site that is served, assistants speak to /mcp instead; see docs/assistants.md.
    """
    from kb.factory import create_app, start_background_work
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    start_background_work(app)
    from feedback.assistants.server import make_server

    site = app.extensions["kb_settings"].site_name
    server = make_server(site, version("kb"), _door(app, audience), with_gaps=gaps)
    server.run("stdio")


def _door(app: "Flask", audience: str) -> Any:
    """Return how a call comes into the site: as a request of its own, from this machine."""
    from flask import g

    from articles.models import Audience
    from feedback.assistants.callers import Caller

    caller = Caller("stdio", conversation=secrets.token_hex(8), sees_gaps=True)
    address = app.extensions["kb_settings"].site_url or None

    def through(_context: Any, act: "Callable[[Caller], T]") -> T:
        with app.test_request_context("/mcp", base_url=address):
            g.reader = Audience(audience)
            return act(caller)

    return through
