"""`kb mail`: outgoing e-mail, and what takes it in."""

import os
import sys

import click

from kb.mail.cli import ALSO, application, mail

__all__ = ["mail"]

# Of sysexits.h: what Postfix, Exim and their like understand.
EX_TEMPFAIL = getattr(os, "EX_TEMPFAIL", 75)


@mail.command()
def receive() -> None:
    """Take one mail from standard input, for a mail server that pipes it.

    Ends with 0 once the mail is kept, and with 75 where it could not be: the mail server then brings it
    again later.
    """
    raw = sys.stdin.buffer.read()
    try:
        taken = _take(raw)
    # Whatever goes wrong here, the mail server must keep the mail.
    except Exception as error:
        click.echo(f"not taken, try again later: {type(error).__name__}: {error}", err=True)
        raise SystemExit(EX_TEMPFAIL) from error
    click.echo(taken)


def _take(raw: bytes) -> str:
    from feedback.mailbox.taking import take
    from kb.worker.running import site_context

    app = application()
    with app.app_context(), site_context(app):
        taken = take(raw)
        return taken.became.value if taken.is_new else f"{taken.became.value}, taken before"


@mail.command()
def fetch() -> None:
    """Fetch the mailbox of KB_IMAP_URL at once, and say what its server said."""
    from feedback.mailbox import fetching
    from feedback.writing import NotRecorded
    from kb.locales import settings
    from kb.mail.imap import Unreachable
    from kb.worker.running import site_context

    app = application()
    with app.app_context(), site_context(app):
        if not settings().imap_url:
            raise click.ClickException("KB_IMAP_URL names no mailbox")
        try:
            fetched = fetching.fetch()
        except (Unreachable, NotRecorded) as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{fetched.taken} taken, {fetched.left} left for the next time.")


def _incoming() -> None:
    """Say how incoming mail does, below what `kb mail status` says of the outbox."""
    from feedback.mailbox.state import check, state

    found = state()
    click.echo(f"{found.taken} came in in the last month, {found.held} wait for a person")
    said = check()
    if said.state != "ok":
        click.echo(f"incoming: {said.detail}")


ALSO.append(_incoming)
