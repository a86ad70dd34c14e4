"""`kb mail`: what waits to be sent, and whether the mail server takes it.

What takes mail in stands in `feedback.mailbox.cli`, as it knows requests.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask


# What other parts of the program add to `kb mail status`.
ALSO: list[Callable[[], None]] = []


@click.group()
def mail() -> None:
    """Look after e-mail: what leaves, and what comes in."""


def application() -> "Flask":
    """Return the site, its database at the newest migration."""
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    return app


def _require_server() -> None:
    """Stop with what the settings lack."""
    from kb.locales import settings
    from kb.mail import addresses
    from kb.mail.state import missing

    if not settings().smtp_url or addresses.sender(settings()) is None:
        raise click.ClickException(missing(settings()))


@mail.command()
def status() -> None:
    """Say what waits, what was sent in the last month and what was given up."""
    from kb.locales import settings
    from kb.mail.state import missing, state

    with application().app_context():
        found = state()
        since = f", since {found.oldest:%Y-%m-%d %H:%M} UTC" if found.oldest else ""
        click.echo(f"{found.waiting} waiting{since}")
        click.echo(f"{found.sent} sent and {found.given_up} given up in the last month")
        if found.trouble:
            click.echo(f"last trouble: {found.trouble}")
        if lacking := missing(settings()):
            click.echo(f"to be set: {lacking}")
        for say in ALSO:
            say()


@mail.command()
@click.argument("address")
def test(address: str) -> None:
    """Send a message to ADDRESS at once, and say what the server said."""
    from kb.mail.trial import send_trial

    with application().app_context():
        _require_server()
        trouble = send_trial(address)
    if trouble:
        raise click.ClickException(trouble)
    click.echo(f"The server has taken the message for {address}.")


@mail.command()
def retry() -> None:
    """Try again at once what waits, and what was given up."""
    from kb.mail.delivery import deliver_due, revive

    with application().app_context():
        _require_server()
        click.echo(f"{revive()} to be tried.")
        done = deliver_due()
    click.echo(f"{done.sent} sent, {done.put_off} put off, {done.given_up} given up.")
    if done.trouble:
        raise click.ClickException(done.trouble)
