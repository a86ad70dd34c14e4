"""The hours of a channel as they are kept, made into a schedule that can be asked."""

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from feedback.channels.hours import Schedule, Special, Stretch, stretch_between
from feedback.channels.models import ContactChannel
from feedback.channels.public_holidays import holidays_of
from feedback.channels.topics import in_language
from kb.locales import settings


def zone_of(channel: ContactChannel) -> ZoneInfo:
    """Return the time zone of a channel: its own, else the site's."""
    return _zone(channel.timezone or settings().timezone)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def week_of(channel: ContactChannel) -> tuple[tuple[Stretch, ...], ...]:
    """Return the stretches of each day from Monday; empty where it is always open."""
    return tuple(_stretches(day) for day in channel.hours)


def _stretches(kept: list[list[str]]) -> tuple[Stretch, ...]:
    return tuple(stretch_between(begins, ends) for begins, ends in kept)


def schedule_of(channel: ContactChannel, locale: str) -> Schedule:
    """Return when a channel is open; its reasons are in a language."""
    special = {
        date.fromisoformat(each["date"]): Special(
            _stretches(each["stretches"]), in_language(each.get("why", {}), locale)
        )
        for each in channel.exceptions
    }
    holiday = holidays_of(channel.holidays_of, locale)
    return Schedule(zone_of(channel), week_of(channel), special, holiday)
