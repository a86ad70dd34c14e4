"""`kb mail`: outgoing e-mail, and what takes it in."""

import os
import sys

import click

from kb.mail.arrivals import Arrivals, NotKept, TooLarge, home
from kb.mail.cli import ALSO, application, mail

__all__ = ["mail"]

# Of sysexits.h: what Postfix, Exim and their like understand.
EX_DATAERR = getattr(os, "EX_DATAERR", 65)
EX_TEMPFAIL = getattr(os, "EX_TEMPFAIL", 75)


@mail.command()
@click.option(
    "--now", is_flag=True, help="Take it in at once, where no worker runs; takes seconds."
)
def receive(*, now: bool) -> None:
    """Keep one mail from standard input, for a mail server that pipes it.

    Ends with 0 once the mail is on disk, from where the worker takes it in; with 75 where it could not
    be kept, and the mail server brings it again later; with 65 where it is too large for anybody.
    """
    try:
        click.echo(_take(sys.stdin.buffer.read()) if now else _keep())
    except TooLarge as error:
        click.echo(str(error), err=True)
        raise SystemExit(EX_DATAERR) from error
    # Whatever goes wrong here, the mail server must keep the mail.
    except Exception as error:
        why = str(error) if isinstance(error, NotKept) else f"{type(error).__name__}: {error}"
        click.echo(f"not taken, try again later: {why}", err=True)
        raise SystemExit(EX_TEMPFAIL) from error


def _keep() -> str:
    """Keep the mail; nothing of the site is loaded for that, as each mail starts a process."""
    Arrivals(home()).keep(sys.stdin.buffer)
    return "kept"


def _take(raw: bytes) -> str:
    from feedback.mailbox.taking import take
    from kb.worker.running import site_context

    app = application()
    with app.app_context(), site_context(app):
        taken = take(raw)
        return taken.became.value if taken.is_new else f"{taken.became.value}, taken before"


@mail.command()
def fetch() -> None:
    """Take in at once what was piped and what lies in the mailbox of KB_IMAP_URL, and say how it went."""
    from feedback.mailbox import arriving, fetching
    from feedback.writing import NotRecorded
    from kb.locales import settings
    from kb.mail.imap import Unreachable
    from kb.worker.running import site_context

    app = application()
    with app.app_context(), site_context(app):
        try:
            piped = arriving.take_in()
            if piped.taken or piped.left:
                click.echo(f"{piped.taken} taken that were piped, {piped.left} left to the worker.")
            elif not settings().imap_url:
                raise click.ClickException("nothing was piped, and KB_IMAP_URL names no mailbox")
            if not settings().imap_url:
                return
            fetched = fetching.fetch()
        except Unreachable as error:
            raise click.ClickException(
                f"the mailbox of KB_IMAP_URL cannot be read: {error}. "
                "See that it names the server, the port and the sign-in rightly."
            ) from error
        except NotRecorded as error:
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
