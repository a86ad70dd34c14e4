"""`kb token`: keys to the API from the command line."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

    from kb.api.models import ApiToken


@click.group()
def token() -> None:
    """Manage the keys of programs to the API."""


@token.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, help="What it may do; again for each.")
@click.option(
    "--days", type=click.IntRange(1), help="How long it is good for; for ever if not given."
)
def create(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a key for the program NAME and print it, this once.

    \b
    Example: kb token create "Shop" --scope articles:read --days 365
    """
    from kb.api import tokens
    from kb.db import db, utc_now

    with _site().app_context():
        try:
            wanted = tokens.scopes_from(scopes)
        except tokens.NoSuchScope as error:
            raise click.BadParameter(str(error), param_hint="--scope") from None
        until = utc_now() + timedelta(days=days) if days else None
        _made, text = tokens.make(db.session, name, wanted, expires_at=until)
        db.session.commit()
        click.echo(text)
        click.echo("Keep it now: it is shown this once, and kept nowhere.", err=True)


@token.command("list")
def list_command() -> None:
    """List the keys, with what they may do and when they were last used."""
    from kb.api import tokens
    from kb.db import db

    with _site().app_context():
        for each in db.session.scalars(tokens.everyone()):
            click.echo(_line(each))


def _line(key: "ApiToken") -> str:
    used = f"last used {key.used_at:%Y-%m-%d %H:%M} UTC" if key.used_at else "never used"
    if key.revoked_at:
        state = f"revoked {key.revoked_at:%Y-%m-%d}"
    elif key.expires_at:
        state = f"good until {key.expires_at:%Y-%m-%d}"
    else:
        state = "good until revoked"
    scopes = " ".join(key.scopes) or "public part only"
    return f"{key.id:>4}  {key.beginning}…  {key.name}: {scopes} ({state}, {used})"


@token.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """Let the key with this NUMBER (see `kb token list`) open nothing any more."""
    from kb.api import tokens
    from kb.api.models import ApiToken
    from kb.db import db

    with _site().app_context():
        found = db.session.get(ApiToken, number)
        if found is None:
            raise click.ClickException(f"no key has the number {number}: see `kb token list`")
        tokens.revoke(found)
        db.session.commit()
        click.echo(f"{found.name} ({found.beginning}…) opens nothing any more.")


def _site() -> "Flask":
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    return app
