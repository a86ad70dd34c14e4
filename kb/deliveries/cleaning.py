"""Forget what was delivered: messages about requests hold what customers wrote."""

from datetime import timedelta

from sqlalchemy import delete, or_

from kb.db import db, utc_now
from kb.deliveries.models import Delivery

KEEP = timedelta(days=30)  # that a message can be looked at, and sent again
KEEP_GIVEN_UP = timedelta(days=90)


def clean() -> None:
    """Delete deliveries that arrived a month ago, or were given up three months ago."""
    now = utc_now()
    db.session.execute(
        delete(Delivery)
        .where(
            or_(
                Delivery.delivered_at < now - KEEP,
                Delivery.given_up_at < now - KEEP_GIVEN_UP,
            )
        )
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
