"""`kb user`: manage the people who may sign in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from kb.accounts.models import RoleName

if TYPE_CHECKING:
    from kb.accounts.models import User

CUSTOMER = "customer"
A_ROLE = click.Choice([*(role.value for role in RoleName), CUSTOMER])


@click.group()
def user() -> None:
    """Manage the people who may sign in."""


@contextmanager
def _site() -> Iterator[None]:
    """Work as in a request to the site's public address, so that links in letters lead there."""
    from kb.factory import create_app
    from kb.schema import ensure
    from kb.worker.running import site_context

    app = create_app()
    ensure(app)
    with site_context(app):
        yield


def _role(value: str) -> RoleName | None:
    return None if value == CUSTOMER else RoleName(value)


def _person(email: str) -> "User":
    from kb.accounts.people import by_address

    found = by_address(email)
    if found is None:
        raise click.ClickException(f"nobody has the address {email}: see `kb user list`")
    return found


@user.command()
@click.argument("email")
@click.option("--role", type=A_ROLE, default="writer", show_default=True)
@click.option(
    "--name", default="", help="Shown to colleagues; the address's first part by default."
)
@click.password_option(help="Asked for when not given.")
def add(email: str, role: str, name: str, password: str) -> None:
    """Add an account for EMAIL, with a password."""
    from kb.accounts.passwords import MINIMUM_LENGTH
    from kb.accounts.people import UserExists
    from kb.accounts.security import add_user

    if len(password) < MINIMUM_LENGTH:
        raise click.BadParameter(
            f"use {MINIMUM_LENGTH} characters or more", param_hint="--password"
        )
    with _site():
        try:
            added = add_user(email, password, _role(role), name=name)
        except UserExists as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{added.email} may sign in as {role}.")


@user.command()
@click.argument("email")
@click.option("--role", type=A_ROLE, default="writer", show_default=True)
@click.option(
    "--name", default="", help="Shown to colleagues; the address's first part by default."
)
@click.option(
    "--language", default="", help="Of the letter, such as `fr`; the site's first by default."
)
def invite(email: str, role: str, name: str, language: str) -> None:
    """Send EMAIL a link with which they choose a password; prints it too."""
    from kb.accounts import invitations
    from kb.accounts.people import UserExists, by_address
    from kb.locales import settings
    from kb.mail.outbox import NotSendable

    with _site():
        known = by_address(email)
        try:
            if known is not None and known.invited_at is not None:
                made = invitations.send_again(known, by=settings().site_name)
            else:
                made = invitations.invite(
                    email, _role(role), name=name, locale=language, by=settings().site_name
                )
        except (UserExists, NotSendable) as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"Invited {made.user.email} as {role}, until {made.until:%Y-%m-%d %H:%M} UTC.")
        click.echo(made.link)
        if not settings().site_url:
            click.echo(
                "KB_SITE_URL is not set: put the site's own address before /studio.", err=True
            )


@user.command("list")
def list_users() -> None:
    """List the accounts with their roles and what is the matter with them."""
    from kb.accounts.people import everybody, role_of
    from kb.db import db

    with _site():
        for each in db.session.scalars(everybody()):
            role = role_of(each)
            states = {
                "closed": not each.active,
                "invited": each.invited_at is not None,
                "locked": each.is_closed_for_now,
            }
            said = ", ".join(state for state, holds in states.items() if holds)
            click.echo(f"{each.email}\t{role.value if role else CUSTOMER}\t{said}".rstrip())


@user.command()
@click.argument("email")
@click.argument("role", type=A_ROLE)
def role(email: str, role: str) -> None:
    """Give EMAIL a ROLE."""
    from kb.accounts.people import LastAdministrator, set_role

    with _site():
        try:
            set_role(_person(email), _role(role))
        except LastAdministrator as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{email}: {role} from now on.")


@user.command()
@click.argument("email")
def close(email: str) -> None:
    """Let EMAIL in no more; what they wrote stays."""
    from kb.accounts.people import LastAdministrator, close

    with _site():
        try:
            close(_person(email))
        except LastAdministrator as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{email} can sign in no more.")


@user.command()
@click.argument("email")
def reopen(email: str) -> None:
    """Let EMAIL in again, with the role they had."""
    from kb.accounts.people import reopen

    with _site():
        reopen(_person(email))
        click.echo(f"{email} may sign in again.")


@user.command()
@click.argument("email")
def unlock(email: str) -> None:
    """Take passwords of EMAIL again, after too many wrong ones."""
    from kb.accounts.people import unlock

    with _site():
        unlock(_person(email))
        click.echo(f"{email} is not locked.")


@user.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Let EMAIL in by password alone, who has lost their telephone or key."""
    from kb.accounts.people import remove_second_factor

    with _site():
        remove_second_factor(_person(email))
        click.echo(f"{email} signs in without a second factor, until they set up another.")
