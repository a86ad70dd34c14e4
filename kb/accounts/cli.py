"""`kb user`: manage the people who may sign in."""

import click

from kb.accounts.models import RoleName


@click.group()
def user() -> None:
    """Manage the people who may sign in."""


@user.command()
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([role.value for role in RoleName]),
    default="writer",
    show_default=True,
)
@click.option(
    "--name", default="", help="Shown to colleagues; the address's first part by default."
)
@click.password_option(help="Asked for when not given.")
def add(email: str, role: str, name: str, password: str) -> None:
    """Add an account for EMAIL."""
    from kb.accounts.security import MINIMUM_PASSWORD_LENGTH, UserExists, add_user
    from kb.factory import create_app
    from kb.schema import ensure

    if len(password) < MINIMUM_PASSWORD_LENGTH:
        raise click.BadParameter(
            f"use {MINIMUM_PASSWORD_LENGTH} characters or more", param_hint="--password"
        )
    app = create_app()
    ensure(app)
    with app.app_context():
        try:
            added = add_user(email, password, RoleName(role), name=name)
        except UserExists as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{added.email} may sign in as {role}.")


@user.command("list")
def list_users() -> None:
    """List the accounts with their roles."""
    from sqlalchemy import select

    from kb.accounts.models import User
    from kb.db import db
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    with app.app_context():
        for each in db.session.scalars(select(User).order_by(User.email)):
            roles = ", ".join(sorted(role.name for role in each.roles))
            click.echo(f"{each.email}\t{roles}\t{'' if each.active else 'inactive'}".rstrip())
