"""Forget mails of which nothing is left to do."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from feedback.mailbox import keeping
from feedback.mailbox.models import Became, IncomingMail
from kb.db import db, utc_now

KEEP_SET_ASIDE = timedelta(days=30)  # advertising, and what a person has looked at
KEEP_ROWS = timedelta(days=365)  # that a mail was taken: longer than any mailbox brings it again


def clean() -> None:
    """Erase what was set aside a month ago, rows of a year ago, and files that no row knows.

    What waits for a person waits as long as it takes.
    """
    now = utc_now()
    is_settled = IncomingMail.looked_at.is_not(None) | (IncomingMail.became == Became.SPAM)
    db.session.execute(
        update(IncomingMail)
        .where(IncomingMail.raw != "", is_settled, IncomingMail.received_at < now - KEEP_SET_ASIDE)
        .values(raw="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(IncomingMail)
        .where(IncomingMail.raw == "", IncomingMail.received_at < now - KEEP_ROWS)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    _sweep()


def _sweep() -> None:
    """Erase files without a row; a file is written just before its row, which may not be there yet."""
    old = keeping.names(older_than=timedelta(days=1))
    known = set(db.session.scalars(select(IncomingMail.raw).where(IncomingMail.raw != "")))
    keeping.forget(name for name in old if name not in known)
