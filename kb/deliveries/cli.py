"""`kb deliveries`: what waits to reach other programs, and whether they take it."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask


@click.group()
def deliveries() -> None:
    """Look after messages to other programs: webhooks and the help desk."""


def _application() -> "Flask":
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    return app


@deliveries.command()
def status() -> None:
    """Say of each receiver what waits, and what it answered last."""
    from kb.deliveries.receivers import adopt
    from kb.deliveries.state import standings

    with _application().app_context():
        adopt()
        found = standings()
        if not found:
            click.echo("Nothing was ever sent to another program.")
        for each in found:
            row = each.receiver
            parts = [f"{each.waiting} waiting"]
            if each.oldest:
                parts[0] += f" since {each.oldest:%Y-%m-%d %H:%M} UTC"
            if each.aside:
                parts.append(f"{each.aside} of them refused")
            if each.given_up:
                parts.append(f"{each.given_up} given up")
            if row.paused_at:
                parts.append(f"paused since {row.paused_at:%Y-%m-%d %H:%M} UTC")
            elif row.failing_since:
                parts.append(f"no answer since {row.failing_since:%Y-%m-%d %H:%M} UTC")
            if each.last_error:
                parts.append(f"last answer: {each.last_error}")
            click.echo(f"{each.address.name}: {'; '.join(parts)}")


@deliveries.command()
def retry() -> None:
    """Try again at once what waits and what was given up; paused receivers stay paused."""
    from kb.deliveries.receivers import adopt
    from kb.deliveries.replaying import revive_all
    from kb.deliveries.sending import deliver_due
    from kb.worker.running import site_context

    app = _application()
    with site_context(app):
        adopt()
        click.echo(f"{revive_all()} to be tried.")
        done = deliver_due()
    click.echo(f"{done.delivered} delivered, {done.put_off} put off, {done.given_up} given up.")
    if done.put_off or done.given_up:
        raise click.ClickException("not everything was taken: see kb deliveries status")
