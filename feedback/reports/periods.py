"""The stretch of time that a report covers, and the one it is compared with."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DEFAULT_DAYS = 30
FIRST_YEAR, LAST_YEAR = 2000, 2999  # the period before the longest begins after year 0


class Refusal(StrEnum):
    """Why dates make no period."""

    NO_DATE = "no-date"
    NO_SUCH_YEAR = "no-such-year"
    AFTER_THE_END = "after-the-end"
    IN_THE_FUTURE = "in-the-future"


class PeriodRefused(ValueError):
    """The dates make no period; the message says why, `field` which of them (`since`, `until`)."""

    def __init__(self, message: str, reason: Refusal, field: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to, not including, `until`."""

    since: datetime
    until: datetime

    @property
    def previous(self) -> "Period":
        """Return the period of the same length right before."""
        return Period(self.since - (self.until - self.since), self.since)

    @property
    def year_before(self) -> "Period":
        """Return the same days 52 weeks before, so that weekdays stand beside their like."""
        return Period(self.since - timedelta(weeks=52), self.until - timedelta(weeks=52))

    @property
    def last_day(self) -> date:
        """Return the last day that the period touches, in its own time zone."""
        return (self.until - timedelta(microseconds=1)).date()

    @property
    def days(self) -> int:
        """Return the number of days, rounded."""
        return max(round((self.until - self.since) / timedelta(days=1)), 1)


def period_between(since: str | None, until: str | None, *, now: datetime, timezone: str) -> Period:
    """Return the period from the day `since` to the day `until` (both included, as YYYY-MM-DD).

    Without `until` it ends today, without `since` it lasts 30 days. Days are those of `timezone`.
    Raises `PeriodRefused` when a date cannot be read or the order is wrong.
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    last = _day(until, "until") if until else today
    first = _day(since, "since") if since else last - timedelta(days=DEFAULT_DAYS - 1)
    if first > today:
        field = "since" if since else "until"
        raise PeriodRefused(f"{first} has not come yet", Refusal.IN_THE_FUTURE, field)
    if first > last:
        message = f"{first} is after {last}: exchange the dates"
        raise PeriodRefused(message, Refusal.AFTER_THE_END, "since")
    return Period(
        datetime.combine(first, time.min, zone),
        datetime.combine(last + timedelta(days=1), time.min, zone),
    )


def _day(text: str, field: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        message = f"“{text}” is not a date such as 2026-11-30"
        raise PeriodRefused(message, Refusal.NO_DATE, field) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"no visitor came in the year {day.year}"
        raise PeriodRefused(message, Refusal.NO_SUCH_YEAR, field)
    return day
