"""How often each text was visited lately: what coverage and the work of translators are weighed by."""

import time
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask, current_app

from articles.translation_state import register_visits
from feedback.reports.articles_numbers import numbers
from feedback.reports.periods import period_between
from kb.db import utc_now
from kb.locales import settings

DAYS = 90  # a season, so that a week of holidays does not turn the work of translators over
KEEP_SECONDS = 600.0  # the sums of days change once a day


def visits() -> Mapping[int, float]:
    """Return the visits of the last days, by translation; people only."""
    known: tuple[float, Mapping[int, float]] | None
    known = current_app.extensions.get("kb_visits_of_translations")
    if known is None or time.monotonic() - known[0] > KEEP_SECONDS:
        known = time.monotonic(), _counted()
        current_app.extensions["kb_visits_of_translations"] = known
    return known[1]


def _counted() -> dict[int, float]:
    now, zone = utc_now(), settings().timezone
    last = period_between(None, None, now=now, timezone=zone).last_day
    since = last - timedelta(days=DAYS - 1)
    period = period_between(since.isoformat(), None, now=now, timezone=zone)
    return {each: float(found.visits) for each, found in numbers(period).items() if found.visits}


def init_app(app: Flask) -> None:
    """Tell articles."""
    register_visits(app, visits)
