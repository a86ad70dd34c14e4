"""Dates and numbers as the page's readers write them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_currency, format_decimal, format_percent
from flask_babel import get_locale
from flask_babel import gettext as _

from kb.locales import settings

MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds
EXACT_HOURS = 10  # from here on minutes say nothing
HOURS_BEFORE_DAYS = 48


def _region() -> str:
    # Most readers of English outside America write the day first.
    locale = str(get_locale())
    return "en_150" if locale == "en" else locale


def shown_date(value: date, style: str = "long") -> str:
    """Return a date (or the date of a moment) in the language of the page: "27 October 2026"."""
    return _first_of_month(format_date(value, style, locale=_region()))


def shown_day(value: date) -> str:
    """Return a day without its year, as short as an axis wants it: "27 Oct"."""
    return _first_of_month(format_date(value, "d MMM", locale=_region()))


def _first_of_month(said: str) -> str:
    # French counts the first day only, which the patterns of CLDR cannot say: "1er décembre 2026".
    return said.replace("1 ", "1er ", 1) if said.startswith("1 ") and _region() == "fr" else said


def shown_month(value: date) -> str:
    """Return a month: "Oct 2026"."""
    return format_date(value, "MMM yyyy", locale=_region())


def shown_number(value: float, decimals: int | None = None) -> str:
    """Return a number with the separators of the page's language: "1 827" or "1,827".

    With `decimals` it has just so many, so that the numbers of a column stand under each other.
    """
    pattern = None if decimals is None else f"#,##0.{'0' * decimals}"
    return format_decimal(value, format=pattern, locale=str(get_locale()))


def shown_share(value: float) -> str:
    """Return a share of 1 in percent: "74%" or "74 %"."""
    return format_percent(value, locale=str(get_locale()))


def shown_money(value: float, currency: str) -> str:
    """Return an amount without cents: "€1,827" or "1 827 €"."""
    pattern = "¤#,##0" if str(get_locale()) == "en" else "#,##0\xa0¤"
    amount = format_currency(
        round(value), currency, format=pattern, locale=_region(), currency_digits=False
    )
    return str(amount)


def shown_duration(seconds: float) -> str:
    """Return a length of time as people say it: "25 min", "3 h 20 min", "2.5 days"."""
    minutes = round(seconds / MINUTE)
    hours, rest = divmod(minutes, 60)
    if not minutes and seconds > 0:
        said = _("less than 1 min")
    elif not hours:
        said = _("%(minutes)s min", minutes=minutes)
    elif hours < EXACT_HOURS and rest:
        said = _("%(hours)s h %(minutes)s min", hours=hours, minutes=f"{rest:02}")
    elif hours < HOURS_BEFORE_DAYS:
        said = _("%(hours)s h", hours=round(seconds / HOUR))
    else:
        said = _("%(days)s days", days=shown_number(round(seconds / DAY, 1)))
    return str(said)


def shown_moment(value: datetime) -> str:
    """Return a moment in the site's time zone, as the page's readers write it: "27 Oct 2026, 14:05"."""
    local = value.astimezone(ZoneInfo(settings().timezone))
    return f"{shown_date(local, 'medium')}, {format_time(local, 'short', locale=_region())}"


def shown_time(value: datetime) -> str:
    """Return the time of a moment in the site's time zone: "14:05"."""
    local = value.astimezone(ZoneInfo(settings().timezone))
    return format_time(local, "short", locale=_region())


def shown_clock(value: time) -> str:
    """Return a time of day as it is on the clock of its place: "14:05"."""
    return format_time(value.replace(tzinfo=None), "short", locale=_region())


def shown_weekday(number: int) -> str:
    """Return the name of a day of the week, from 0 for Monday: "Monday"."""
    return str(get_day_names("wide", locale=_region())[number])
