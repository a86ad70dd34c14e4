"""How long an answer takes, in words: on the pages around the form and in the mails of a request."""

from datetime import timedelta

from flask_babel import format_timedelta, get_locale
from flask_babel import gettext as _

from kb.locales import settings

DAY = timedelta(days=1)
MANY = 1_000  # of a unit before the next one: 45 days, not 2 months


def promised(delay: timedelta | None) -> str:
    """Return what may be said about how long an answer takes: measured, else the hours, else nothing."""
    if delay is not None:
        return str(_("We answer nine requests in ten within %(time)s.", time=shown_delay(delay)))
    hours = settings().contact_hours.get(str(get_locale()), "")
    return str(_("A person answers you: %(hours)s.", hours=hours)) if hours else ""


def shown_delay(delay: timedelta) -> str:
    """Return a delay in words, in the language of the page: "5 hours", "2 days"."""
    if delay <= DAY:
        return str(format_timedelta(delay, granularity="hour", threshold=MANY))
    return str(format_timedelta(delay, granularity="day", threshold=MANY))
