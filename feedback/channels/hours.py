"""When somebody is there: opening hours in a time zone, with holidays and exceptions.

A stretch belongs to the day on which it begins: one from 22:00 to 02:00 on the 24th ends at 02:00 on
the 25th, whatever the 25th is. Where clocks jump over its beginning it begins with the jump's other
side, and the hour that comes twice is open both times.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
WEEK = 7
HORIZON = timedelta(days=400)  # an opening later than this is none: a shop closed for ever
ROUND_THE_CLOCK = timedelta(days=14)  # open without an end for so long, nobody asks when it closes

_TIME = re.compile(r"(\d{1,2})[:h.](\d{2})?|(\d{1,2})")


class BadTime(ValueError):
    """Words that are no time of day."""


class Overlapping(ValueError):
    """Two stretches of a day share a minute."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A part of a day, in minutes from its midnight; `ends` is after 1,440 where it goes past the next."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        """Refuse what is no stretch."""
        if not (0 <= self.begins < DAY_MINUTES and self.begins < self.ends):
            raise BadTime(f"{self.begins} to {self.ends}")
        if self.ends > self.begins + DAY_MINUTES:
            raise BadTime(f"{self.begins} to {self.ends}")


WHOLE_DAY = (Stretch(0, DAY_MINUTES),)


@dataclass(frozen=True, slots=True)
class Special:
    """A day unlike its weekday: its stretches (none: closed) and the reason, in words."""

    stretches: tuple[Stretch, ...] = ()
    why: str = ""


def _ordinary(_day: date) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours. Without a week it is always open, but on holidays and special days."""

    timezone: ZoneInfo
    week: tuple[tuple[Stretch, ...], ...] = ()
    special: Mapping[date, Special] = field(default_factory=dict)
    holiday: Callable[[date], str] = _ordinary  # its name; empty on other days

    def stretches_of(self, day: date) -> tuple[Stretch, ...]:
        """Return when it is open on a day: an exception outdoes a holiday, which outdoes the weekday."""
        if day in self.special:
            return self.special[day].stretches
        if self.holiday(day):
            return ()
        return self.week[day.weekday()] if self.week else WHOLE_DAY

    def why(self, day: date) -> str:
        """Return the reason why a day is unlike its weekday; empty where it is not, or none is told."""
        if day in self.special:
            return self.special[day].why or self.holiday(day)
        return self.holiday(day)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is at a moment. `why` tells what is special about the day.

    `closes_at` is None while closed, and where it stays open for a fortnight at least; `opens_at`
    while open, and where it does not open within a year.
    """

    is_open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    why: str = ""


def standing(schedule: Schedule, at: datetime) -> Standing:
    """Return how it is at a moment (aware); the moments of the answer are in the schedule's zone."""
    zone = schedule.timezone
    today = at.astimezone(zone).date()
    why = schedule.why(today)
    for begins, ends in openings(schedule, at):
        if begins <= at:
            endless = ends - at >= ROUND_THE_CLOCK
            closing = None if endless else ends.astimezone(zone)
            return Standing(is_open=True, closes_at=closing, why=why)
        return Standing(is_open=False, opens_at=begins.astimezone(zone), why=why)
    return Standing(is_open=False, why=why)


def openings(schedule: Schedule, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches in UTC that end after `since`, in order, those that touch as one."""
    first = since.astimezone(schedule.timezone).date() - timedelta(days=2)
    last = first + HORIZON
    running: tuple[datetime, datetime] | None = None
    day = first
    while day <= last:
        for each in sorted(schedule.stretches_of(day)):
            begins, ends = _moments(schedule.timezone, day, each)
            if ends <= since or ends <= begins:
                continue
            if running is not None and begins <= running[1]:
                running = running[0], max(running[1], ends)
            else:
                if running is not None:
                    yield running
                running = begins, ends
        if running is not None and running[1] - since >= ROUND_THE_CLOCK and running[0] <= since:
            break  # open for long: where it ends says nothing
        day += timedelta(days=1)
    if running is not None:
        yield running


def _moments(zone: ZoneInfo, day: date, stretch: Stretch) -> tuple[datetime, datetime]:
    return _moment(zone, day, stretch.begins, fold=0), _moment(zone, day, stretch.ends, fold=1)


def _moment(zone: ZoneInfo, day: date, minutes: int, *, fold: int) -> datetime:
    """Return a time of a day in UTC; of an hour that comes twice, the first or the second (`fold`).

    A time that clocks jump over is the moment of the jump. It is known by this: the moment that it
    would be has another time of day.
    """
    days, rest = divmod(minutes, DAY_MINUTES)
    local = datetime.combine(day, datetime.min.time()) + timedelta(days=days, minutes=rest)
    aware = local.replace(tzinfo=zone, fold=fold)
    moment = aware.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    # In the gap `fold` 0 counts with the offset before the jump, 1 with the one after it.
    before = aware.replace(fold=0).utcoffset() or timedelta()
    after = aware.replace(fold=1).utcoffset() or timedelta()
    return _jump(zone, moment, before, after)


def _jump(zone: ZoneInfo, near: datetime, before: timedelta, after: timedelta) -> datetime:
    """Return the first minute at which the offset is `after`, close to a moment."""
    low, high = near - abs(after - before) * 2, near + abs(after - before) * 2
    while high - low > timedelta(minutes=1):
        middle = low + ((high - low) // 2 // timedelta(minutes=1)) * timedelta(minutes=1)
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high


def parse_time(text: str) -> int:
    """Return a time of day in minutes: "9", "9:30", "9h30", "24:00"; raises `BadTime`."""
    found = _TIME.fullmatch(text.strip().lower().replace(" ", ""))
    if found is None:
        raise BadTime(text)
    hours, minutes = int(found[1] or found[3]), int(found[2] or 0)
    if minutes >= 60 or hours * 60 + minutes > DAY_MINUTES:
        raise BadTime(text)
    return hours * 60 + minutes


def stretch_between(begins: str, ends: str) -> Stretch:
    """Return the stretch from one time to another, past midnight where it ends before it begins.

    The same time twice is a whole day. Raises `BadTime`.
    """
    first, last = parse_time(begins), parse_time(ends)
    if first == DAY_MINUTES:
        raise BadTime(begins)
    return Stretch(first, last if last > first else last + DAY_MINUTES)


def checked(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches of a day in order; raises `Overlapping`."""
    ordered = tuple(sorted(stretches))
    for one, other in pairwise(ordered):
        if other.begins < one.ends:
            raise Overlapping(f"{one} and {other}")
    return ordered


def spelled(minutes: int) -> str:
    """Return a time of day as it is kept: "09:30"; the end of a day is "24:00"."""
    rest = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{rest // 60:02}:{rest % 60:02}"
