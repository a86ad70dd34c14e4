"""What pages and letters say of alerts."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from feedback.rises.models import Alert, AlertState
from kb.db import utc_now
from kb.formats import shown_moment, shown_number, shown_time
from kb.locales import settings

STATES: Mapping[AlertState, LazyString] = {
    AlertState.OPEN: _l("Open"),
    AlertState.SEEN: _l("Seen"),
    AlertState.NOT_AN_INCIDENT: _l("Not an incident"),
    AlertState.DRAFTED: _l("Known issue drafted"),
}


def since(alert: Alert, now: datetime | None = None) -> str:
    """Return when it began: the time alone where that was today."""
    zone = ZoneInfo(settings().timezone)
    if alert.started_at.astimezone(zone).date() != (now or utc_now()).astimezone(zone).date():
        return shown_moment(alert.started_at)
    return shown_time(alert.started_at)


def measure(alert: Alert) -> str:
    """Return how far it rose: “×6 since 14:00”, or how many ask where usually nobody does."""
    if alert.factor is None:
        return str(
            ngettext(
                "%(num)s visitor since %(time)s; usually hardly anybody asks this",
                "%(num)s visitors since %(time)s; usually hardly anybody asks this",
                alert.visitors,
                time=since(alert),
            )
        )
    return str(
        _(
            "×%(factor)s since %(time)s (%(visitors)s visitors, usually %(usual)s)",
            factor=shown_number(round(alert.factor)),
            time=since(alert),
            visitors=alert.visitors,
            usual=shown_number(round(alert.expected, 1)),
        )
    )
