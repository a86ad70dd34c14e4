"""Hours at which people work."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kb.locales import settings


def on_day(now: datetime, ago: int, hour: int, minute: int = 0) -> datetime:
    """Return an hour of the clock on the day `ago` days before `now`, where the company is."""
    zone = ZoneInfo(settings().timezone)
    day = now.astimezone(zone).date() - timedelta(days=ago)
    return datetime.combine(day, time(hour, minute), zone)
