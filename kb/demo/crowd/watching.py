"""The watch over sudden rises, as the worker kept it on the afternoon of the outage and keeps it now."""

from datetime import datetime, timedelta

from sqlalchemy import select

from articles.models import Article, Translation
from feedback.rises import alerts
from feedback.rises.models import AlertState
from feedback.rises.task import look
from kb.db import db
from kb.demo.crowd.calendar import Calendar
from kb.demo.crowd.dating import OUTAGE_KEY
from kb.demo.crowd.following import LEAD


def watch_the_rises(now: datetime) -> None:
    """Look at the hours of the outage, decide as was decided then, and look at the last hours."""
    calendar = Calendar.before(now)
    for alert in look(calendar.outage_published - timedelta(minutes=1)):
        alert.translation_id = db.session.scalar(
            select(Translation.id)
            .join(Article)
            .where(Article.key == OUTAGE_KEY, Translation.locale == alert.locale)
        )
        alerts.decide(alert, AlertState.DRAFTED, by=LEAD, now=calendar.outage_published)
    look(calendar.outage_until)
    look(now - timedelta(minutes=10))
    look(now)
