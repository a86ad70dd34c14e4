"""Which alerts pages show."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from feedback.reports.filters import Filters
from feedback.rises.models import Alert, AlertState
from kb.db import db, utc_now

BAND = timedelta(days=1)  # for how long an open alert stands at the top after it was last risen
IN_BAND = 3


def open_alerts(now: datetime | None = None) -> Sequence[Alert]:
    """Return the latest alerts that nobody has decided about."""
    since = (now or utc_now()) - BAND
    return db.session.scalars(
        select(Alert)
        .where(Alert.state == AlertState.OPEN, Alert.last_seen_at >= since)
        .order_by(Alert.started_at.desc(), Alert.id.desc())
        .limit(IN_BAND)
    ).all()


def of_period(filters: Filters) -> Sequence[Alert]:
    """Return what rose in a period, the newest first."""
    query = select(Alert).where(
        Alert.started_at >= filters.period.since, Alert.started_at < filters.period.until
    )
    if filters.locale is not None:
        query = query.where(Alert.locale == filters.locale)
    return db.session.scalars(query.order_by(Alert.started_at.desc(), Alert.id.desc())).all()
