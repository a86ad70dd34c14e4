"""The form of a channel: what a lead typed, checked, with words for what is not right yet."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from feedback.channels import targets
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
from feedback.channels.snippets import BadHost, checked_hosts
from feedback.channels.targets import BadTarget, Fault
from feedback.requests.models import Way
from kb.formats import shown_weekday
from kb.locales import settings

WORDS = ("name", "note", "meanwhile")
DAYS = range(7)
UNITS = {"minutes": 1, "hours": 60, "days": 1_440}  # in minutes
BLANK_LINES = 2  # for exceptions, below those that are there
MAX_EXCEPTIONS = 100
MAX_STATED = 90 * 1_440
MAX_WORDS = 300
MAX_SNIPPET = 20_000

Form = MultiDict[str, str]


@dataclass(slots=True)
class Checked:
    """What a form says: values for the columns, and what is wrong by the names of the fields."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def form_of(channel: ContactChannel) -> Form:
    """Return a channel as its form shows it."""
    form: Form = MultiDict()
    form["target"] = channel.target
    for locale, words in channel.words.items():
        for name in WORDS:
            form[f"{name}-{locale}"] = words.get(name, "")
    form.setlist("locales", list(channel.locales))
    form.setlist("topics", [str(each) for each in channel.topic_ids])
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
    form["stated"], form["unit"] = _stated(channel.stated_minutes)
    if channel.is_active:
        form["active"] = "yes"
    form["snippet"], form["hosts"] = channel.snippet, "\n".join(channel.snippet_hosts)
    if channel.snippet_keeps:
        form["keeps"] = "yes"
    return form


def _line(stretches: list[list[str]]) -> str:
    return ", ".join(f"{begins}–{ends}" for begins, ends in stretches)


def _stated(minutes: int | None) -> tuple[str, str]:
    if minutes is None:
        return "", "hours"
    unit = next(name for name in reversed(UNITS) if minutes % UNITS[name] == 0)
    return str(minutes // UNITS[unit]), unit


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


def check(form: Form, channel: ContactChannel, topic_ids: set[int], *, may_embed: bool) -> Checked:
    """Return what a form says of a channel; without errors its values can be kept.

    Who may not embed a vendor's HTML neither writes nor erases it.
    """
    way = channel.way
    found = Checked()
    _words(form, found)
    found.values["locales"] = [
        each for each in settings().locales if each in form.getlist("locales")
    ]
    found.values["topic_ids"] = sorted(topic_ids & _numbers(form.getlist("topics")))
    _timezone(form, found)
    _week(form, found)
    _holidays(form, found)
    _exceptions(form, found)
    _delay(form, found)
    found.values["is_active"] = form.get("active") == "yes"
    if way is Way.CHAT and may_embed:
        _snippet(form, found)
    _target(form, way, found, snippet=found.values.get("snippet", channel.snippet))
    return found


def _words(form: Form, found: Checked) -> None:
    words: dict[str, dict[str, str]] = {}
    for locale in settings().locales:
        own = {name: form.get(f"{name}-{locale}", "").strip() for name in WORDS}
        for name, said in own.items():
            if len(said) > MAX_WORDS:
                found.errors[f"{name}-{locale}"] = _(
                    "%(most)s characters at most; these are %(count)s.",
                    most=MAX_WORDS,
                    count=len(said),
                )
        if any(own.values()):
            words[locale] = {name: said for name, said in own.items() if said}
    found.values["words"] = words


def _numbers(texts: list[str]) -> set[int]:
    return {int(each) for each in texts if each.isdecimal()}


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


def _delay(form: Form, found: Checked) -> None:
    text = form.get("stated", "").strip().replace(",", ".")
    if not text:
        found.values["stated_minutes"] = None
        return
    try:
        minutes = round(float(text) * UNITS[form.get("unit", "hours")])
    except (ValueError, KeyError, OverflowError):
        minutes = 0
    if not 1 <= minutes <= MAX_STATED:
        found.errors["stated"] = _(
            "Write a number, such as 2, or leave it empty. 90 days are the most."
        )
    found.values["stated_minutes"] = minutes


def _snippet(form: Form, found: Checked) -> None:
    snippet = form.get("snippet", "").strip()
    found.values["snippet"] = snippet
    found.values["snippet_keeps"] = form.get("keeps") == "yes"
    if len(snippet) > MAX_SNIPPET:
        found.errors["snippet"] = _(
            "%(most)s characters at most; these are %(count)s.",
            most=MAX_SNIPPET,
            count=len(snippet),
        )
    try:
        found.values["snippet_hosts"] = checked_hosts(form.get("hosts", ""))
    except BadHost as error:
        found.errors["hosts"] = _(
            "“%(host)s” is not a host. Write one a line, such as chat.example.com or *.example.com.",
            host=error,
        )


def _target(form: Form, way: Way, found: Checked, *, snippet: str) -> None:
    zone = found.values["timezone"] or settings().timezone
    text = form.get("target", "")
    if way is Way.CHAT and snippet and not text.strip():
        found.values["target"] = ""
        return
    try:
        found.values["target"] = targets.checked(way, text, targets.country_of_zone(zone))
    except BadTarget as error:
        found.errors["target"] = _target_fault(error.fault, way)


def _target_fault(fault: Fault, way: Way) -> str:
    said = {
        Fault.NO_NUMBER: _(
            "This is not a telephone number. With its country it is always understood: +33 4 11 22 33 44."
        ),
        Fault.NO_MAIL: _("This is not an e-mail address such as name@example.com."),
        Fault.NO_PAGE: _("This is not the address of a page. It begins with https://."),
        Fault.TOO_LONG: _("This is too long: eight lines and 500 characters at most."),
    }
    if fault is not Fault.MISSING:
        return str(said[fault])
    if way in targets.NUMBERS:
        return str(_("Write the number."))
    if way is Way.EMAIL:
        return str(_("Write the e-mail address."))
    if way in targets.PAGES:
        return str(_("Write the address of the page, which begins with https://."))
    return str(_("Write the address as it stands on a letter, or the address of a page."))


def day_names() -> list[str]:
    """Return the days of the week, from Monday."""
    return [shown_weekday(day) for day in DAYS]
