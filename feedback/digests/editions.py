"""Which digest is due: the last whole week or month, on the morning after it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback.digests.models import Frequency
from feedback.reports.periods import Period

MORNING = time(7)  # in the time zone of the site


@dataclass(frozen=True, slots=True)
class Edition:
    """A digest: the name of its period (`2026-W47`, `2026-11`), the period, and when it goes out."""

    key: str
    period: Period
    due_at: datetime


def last_edition(frequency: Frequency, now: datetime, timezone: str) -> Edition:
    """Return the newest digest whose morning has come: Monday's of the week before, or the first's."""
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    # Before seven, the newest is still the one of the period before.
    day = local.date() if local.time() >= MORNING else local.date() - timedelta(days=1)
    end = first_day(frequency, day)
    start = first_day(frequency, end - timedelta(days=1))
    return Edition(
        key=f"{start:%G-W%V}" if frequency is Frequency.WEEKLY else f"{start:%Y-%m}",
        period=Period(
            datetime.combine(start, time.min, zone), datetime.combine(end, time.min, zone)
        ),
        due_at=datetime.combine(end, MORNING, zone),
    )


def first_day(frequency: Frequency, day: date) -> date:
    """Return the first day of the week or month that holds a day."""
    if frequency is Frequency.WEEKLY:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1)
