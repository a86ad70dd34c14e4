"""When a channel is open, as its form asks it: the week, holidays, and days that are otherwise."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _

from feedback.channels.hours import (
    BadTime,
    Overlapping,
    Stretch,
    checked,
    spelled,
    stretch_between,
)
from feedback.channels.models import ContactChannel
from feedback.channels.public_holidays import NoSuchPlace, part_names, place
from feedback.forms import Checked, Form
from kb.formats import shown_weekday
from kb.locales import settings

DAYS = range(7)
BLANK_LINES = 2  # for exceptions, below those that are there
MAX_EXCEPTIONS = 100


def fill(form: Form, channel: ContactChannel) -> None:
    """Write the hours of a channel into its form."""
    form["timezone"] = channel.timezone
    form["when"] = "hours" if channel.hours else "always"
    for day in DAYS:
        form[f"day-{day}"] = _line(channel.hours[day]) if channel.hours else ""
    form["country"], _dash, form["part"] = channel.holidays_of.partition("-")
    for number, each in enumerate(sorted(channel.exceptions, key=lambda each: str(each["date"]))):
        form[f"on-{number}"] = each["date"]
        form[f"open-{number}"] = _line(each["stretches"])
        for locale, why in each.get("why", {}).items():
            form[f"why-{number}-{locale}"] = why
    form["lines"] = str(len(channel.exceptions) + BLANK_LINES)


def check(form: Form, found: Checked) -> None:
    """Add what a form says of the hours."""
    _timezone(form, found)
    _week(form, found)
    _holidays(form, found)
    _exceptions(form, found)


def _line(stretches: list[list[str]]) -> str:
    return ", ".join(f"{begins}–{ends}" for begins, ends in stretches)


def lines_of(form: Form) -> int:
    """Return how many lines for exceptions a form has."""
    try:
        return min(max(int(form.get("lines", "")), BLANK_LINES), MAX_EXCEPTIONS)
    except ValueError:
        return BLANK_LINES


def copied(form: Form, days: range) -> Form:
    """Return a form with the hours of Monday on other days too."""
    changed = form.copy()
    for day in days:
        changed[f"day-{day}"] = form.get("day-0", "")
    changed["when"] = "hours"
    return changed


def _timezone(form: Form, found: Checked) -> None:
    zone = form.get("timezone", "").strip()
    if zone and zone not in available_timezones():
        found.errors["timezone"] = _(
            "“%(zone)s” is not a time zone. Write a region and a city, such as Europe/Paris, or leave it empty.",
            zone=zone,
        )
    found.values["timezone"] = zone if zone != settings().timezone else ""


def _week(form: Form, found: Checked) -> None:
    if form.get("when") != "hours":
        found.values["hours"] = []
        return
    week = []
    for day in DAYS:
        try:
            week.append(_kept(stretches_from(form.get(f"day-{day}", ""))))
        except (BadTime, Overlapping) as error:
            found.errors[f"day-{day}"] = _time_fault(error)
    if not any(week) and not found.errors:
        found.errors["day-0"] = _(
            "No day has hours, so it would never open. Write some, or choose “At any hour”."
        )
    found.values["hours"] = week


def stretches_from(text: str) -> tuple[Stretch, ...]:
    """Read "9:00–12:30, 14:00–18:00"; empty is closed. Raises `BadTime` or `Overlapping`."""
    parts = [each for each in text.replace(";", ",").split(",") if each.strip()]
    return checked([_stretch(each) for each in parts])


def _stretch(text: str) -> Stretch:
    for dash in ("–", "—", "-", " to ", " à ", "→"):
        begins, found, ends = text.partition(dash)
        if found:
            return stretch_between(begins, ends)
    raise BadTime(text.strip())


def _kept(stretches: tuple[Stretch, ...]) -> list[list[str]]:
    return [[spelled(each.begins), spelled(each.ends)] for each in stretches]


def _time_fault(error: Exception) -> str:
    if isinstance(error, Overlapping):
        return str(_("Two of these stretches overlap. Separate them, or make them one."))
    return str(
        _(
            "“%(text)s” could not be read. Write hours such as 9:00–12:30, 14:00–18:00; 22:00–2:00 goes past midnight.",
            text=error,
        )
    )


def _holidays(form: Form, found: Checked) -> None:
    country, part = form.get("country", ""), form.get("part", "").strip()
    if part and not country:
        found.errors["country"] = _("Choose the country that “%(part)s” is in.", part=part)
        return
    try:
        found.values["holidays_of"] = place(country, part)
    except NoSuchPlace:
        names = part_names(country)
        found.errors["part"] = (
            _(
                "No holidays of its own are known of “%(part)s”. Leave it empty, or write one of: %(names)s.",
                part=part,
                names=", ".join(names),
            )
            if names
            else _("The holidays of this country are the same everywhere: leave the part empty.")
        )


def _exceptions(form: Form, found: Checked) -> None:
    kept: dict[str, dict[str, Any]] = {}
    for line in range(lines_of(form)):
        _exception(form, line, kept, found)
    found.values["exceptions"] = [kept[day] for day in sorted(kept)]


def _exception(form: Form, line: int, kept: dict[str, dict[str, Any]], found: Checked) -> None:
    day, hours = form.get(f"on-{line}", "").strip(), form.get(f"open-{line}", "").strip()
    why = {
        locale: said
        for locale in settings().locales
        if (said := form.get(f"why-{line}-{locale}", "").strip())
    }
    if not day:
        if hours or why:
            found.errors[f"on-{line}"] = _("Which day is meant?")
        return
    try:
        on = date.fromisoformat(day).isoformat()
    except ValueError:
        found.errors[f"on-{line}"] = _("“%(day)s” is not a date, such as 2026-12-24.", day=day)
        return
    if on in kept:
        found.errors[f"on-{line}"] = _("This day stands above already.")
        return
    try:
        kept[on] = {"date": on, "stretches": _kept(stretches_from(hours)), "why": why}
    except (BadTime, Overlapping) as error:
        found.errors[f"open-{line}"] = _time_fault(error)


def day_names() -> list[str]:
    """Return the days of the week, from Monday."""
    return [shown_weekday(day) for day in DAYS]
