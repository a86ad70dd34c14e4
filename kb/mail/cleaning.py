"""Forget messages of which nothing is left to do."""

from datetime import timedelta

from sqlalchemy import delete, or_

from kb.db import db, utc_now
from kb.mail.models import OutgoingMail

KEEP = timedelta(days=30)  # that a message was sent, or given up with what the server said


def clean() -> None:
    """Delete the rows of messages that were sent or given up a month ago."""
    before = utc_now() - KEEP
    db.session.execute(
        delete(OutgoingMail)
        .where(or_(OutgoingMail.sent_at < before, OutgoingMail.given_up_at < before))
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
