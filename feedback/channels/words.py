"""Channels in words: their kinds, when somebody is there, and how long an answer takes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask_babel import format_timedelta, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.channels.delays import DAY, HOUR, Delay
from feedback.channels.hours import DAY_MINUTES, WHOLE_DAY, Standing, Stretch
from feedback.requests.models import Way
from kb.formats import shown_clock, shown_date, shown_weekday

UNITS_BEFORE_NEXT = 1_000  # 90 minutes stay 90 minutes, and never become "1 hour"
NAMED_BY_WEEKDAY = 6  # days ahead; a week ahead the name would say today

WAYS: Mapping[Way, LazyString] = {
    Way.FORM: _l("Contact form"),
    Way.EMAIL: _l("E-mail"),
    Way.PHONE: _l("Telephone"),
    Way.CHAT: _l("Chat"),
    Way.MESSAGING: _l("Messaging app"),
    Way.SOCIAL: _l("Social network"),
    Way.SMS: _l("Text message (SMS)"),
    Way.POST: _l("Post"),
    Way.SHOP: _l("Shop"),
    Way.MEETING: _l("Meeting by appointment"),
}
# Where somebody must be there at that moment; the others take what is sent at any hour.
LIVE = frozenset({Way.PHONE, Way.CHAT, Way.SHOP})


def standing_in_words(
    standing: Standing, way: Way, at: datetime, zone: ZoneInfo, *, is_foreign: bool
) -> str:
    """Return how it stands at `at`; `is_foreign`: its clock is not the site's, and is named."""
    if standing.is_open and standing.closes_at is None:
        if way is Way.POST:
            return ""
        return str(_("Open at any hour") if way in LIVE else _("You can write at any hour"))
    moment = standing.closes_at if standing.is_open else standing.opens_at
    if moment is None:
        return str(_("Closed for the time being"))
    said = (_until if standing.is_open else _from)(moment, at.astimezone(zone))
    if not is_foreign:
        return said
    city = get_timezone_location(zone, locale=get_locale() or "en", return_city=True)
    return str(_("%(when)s (time of %(city)s)", when=said, city=city))


def _until(moment: datetime, now: datetime) -> str:
    clock = shown_clock(moment.time())
    # A night belongs to the day before: "until 2:00" says enough in the evening.
    if moment - now < timedelta(hours=18) or moment.date() == now.date():
        return str(_("Open now, until %(time)s", time=clock))
    if _is_near(moment, now):
        return str(
            _(
                "Open now, until %(weekday)s at %(time)s",
                weekday=shown_weekday(moment.weekday()),
                time=clock,
            )
        )
    return str(_("Open now, until %(date)s at %(time)s", date=shown_date(moment), time=clock))


def _from(moment: datetime, now: datetime) -> str:
    clock, ahead = shown_clock(moment.time()), (moment.date() - now.date()).days
    if ahead == 0:
        return str(_("Closed now, opens today at %(time)s", time=clock))
    if ahead == 1:
        return str(_("Closed now, opens tomorrow at %(time)s", time=clock))
    if _is_near(moment, now):
        return str(
            _(
                "Closed now, opens on %(weekday)s at %(time)s",
                weekday=shown_weekday(moment.weekday()),
                time=clock,
            )
        )
    return str(_("Closed now, opens on %(date)s at %(time)s", date=shown_date(moment), time=clock))


def _is_near(moment: datetime, now: datetime) -> bool:
    return (moment.date() - now.date()).days <= NAMED_BY_WEEKDAY


def hours_in_words(week: Sequence[Sequence[Stretch]], *, has_holidays: bool) -> list[str]:
    """Return the opening hours of a week in lines, days alike together; nothing where always open."""
    lines = []
    for stretches, days in groupby(range(len(week)), key=lambda day: tuple(week[day])):
        if stretches:
            alike = list(days)
            lines.append(_line(alike[0], alike[-1], stretches))
    if has_holidays and lines:
        lines.append(str(_("Closed on public holidays")))
    return lines


def _line(first: int, last: int, stretches: Sequence[Stretch]) -> str:
    hours = ", ".join(map(stretch_in_words, stretches))
    if first == last:
        said = _("%(day)s: %(hours)s", day=shown_weekday(first), hours=hours)
    else:
        said = _(
            "%(first)s to %(last)s: %(hours)s",
            first=shown_weekday(first),
            last=shown_weekday(last),
            hours=hours,
        )
    return str(said[:1].upper() + said[1:])  # French days begin with a small letter, lines do not


def stretch_in_words(stretch: Stretch) -> str:
    """Return a part of a day: "09:00–12:30"."""
    if (stretch,) == WHOLE_DAY:
        return str(_("day and night"))
    return f"{_clock(stretch.begins)}–{_clock(stretch.ends)}"


def _clock(minutes: int) -> str:
    if minutes == DAY_MINUTES:
        return str(_("midnight"))
    return shown_clock(time(minutes % DAY_MINUTES // 60, minutes % 60))


# Said of a company's own word, which nothing has confirmed: calls and chats are not counted here.
_STATED: Mapping[Way, LazyString] = {
    Way.PHONE: _l("We usually pick up within %(time)s (our own estimate, not measured)."),
    Way.CHAT: _l("We usually reply within %(time)s (our own estimate, not measured)."),
    Way.SHOP: _l("It is usually your turn within %(time)s (our own estimate, not measured)."),
}
_AIMED = _l("We aim to answer within %(time)s (our own estimate, not measured).")


def delay_in_words(delay: Delay | None, way: Way = Way.FORM) -> str:
    """Return how long an answer takes, and whether that is measured; nothing where it is not known."""
    if delay is None or (delay.nine_in_ten is None and delay.median is None):
        return ""
    if not delay.is_measured:
        return str(_STATED.get(way, _AIMED)) % {"time": wait_in_words(delay.nine_in_ten)}
    if delay.nine_in_ten is None:
        return str(_("Half are answered within %(time)s.", time=wait_in_words(delay.median)))
    return str(
        _(
            "Half are answered within %(half)s, 9 in 10 within %(nine)s.",
            half=wait_in_words(delay.median),
            nine=wait_in_words(delay.nine_in_ten),
        )
    )


def wait_in_words(wait: timedelta | None) -> str:
    """Return a wait in one unit, the largest that tells it exactly: "25 minutes", "5 hours", "2 days"."""
    if wait is None:
        return ""
    if wait % DAY == timedelta(0):
        return str(format_timedelta(wait, granularity="day", threshold=UNITS_BEFORE_NEXT))
    if wait % HOUR == timedelta(0):
        return str(format_timedelta(wait, granularity="hour", threshold=UNITS_BEFORE_NEXT))
    return str(format_timedelta(wait, granularity="minute", threshold=UNITS_BEFORE_NEXT))
