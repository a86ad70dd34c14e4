"""Dates and times as people type them, in the time zone of the site."""

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

FORM = "%Y-%m-%dT%H:%M"  # what <input type="datetime-local"> sends and takes


class Fault(StrEnum):
    """Why what was typed is no moment that anything could be planned for."""

    UNREADABLE = "unreadable"
    SKIPPED = "skipped"  # clocks go from 2 to 3 o'clock that night: half past two does not exist
    PAST = "past"


class NotAMoment(ValueError):
    """What was typed cannot be planned for; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse(text: str, zone: ZoneInfo, *, now: datetime) -> datetime:
    """Return the moment in UTC, after `now`. Raises `NotAMoment`.

    Of an hour that comes twice, when clocks are put back, the first is meant.
    """
    try:
        local = datetime.strptime(text.strip()[:16], FORM)  # noqa: DTZ007  # the zone follows
        moment = local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotAMoment(Fault.UNREADABLE) from error
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise NotAMoment(Fault.SKIPPED)
    if moment <= now:
        raise NotAMoment(Fault.PAST)
    return moment


def typed(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as the field takes it."""
    return moment.astimezone(zone).strftime(FORM)
