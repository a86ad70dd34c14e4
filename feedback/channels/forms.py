"""The form of a channel: what a lead typed, checked, with words for what is not right yet."""

from flask_babel import gettext as _

from feedback.channels import opening, targets
from feedback.channels.models import ContactChannel
from feedback.channels.snippets import BadHost, checked_hosts
from feedback.channels.targets import BadTarget, Fault
from feedback.forms import Checked, Form
from feedback.requests.models import Way
from kb.locales import settings

WORDS = ("name", "note", "meanwhile")
UNITS = {"minutes": 1, "hours": 60, "days": 1_440}  # in minutes
MAX_STATED = 90 * 1_440
MAX_WORDS = 300
MAX_SNIPPET = 20_000


def form_of(channel: ContactChannel) -> Form:
    """Return a channel as its form shows it."""
    form = Form()
    form["target"] = channel.target
    for locale, words in channel.words.items():
        for name in WORDS:
            form[f"{name}-{locale}"] = words.get(name, "")
    form.setlist("locales", list(channel.locales))
    form.setlist("topics", [str(each) for each in channel.topic_ids])
    opening.fill(form, channel)
    form["stated"], form["unit"] = _stated(channel.stated_minutes)
    if channel.is_active:
        form["active"] = "yes"
    form["snippet"], form["hosts"] = channel.snippet, "\n".join(channel.snippet_hosts)
    if channel.snippet_keeps:
        form["keeps"] = "yes"
    return form


def _stated(minutes: int | None) -> tuple[str, str]:
    if minutes is None:
        return "", "hours"
    unit = next(name for name in reversed(UNITS) if minutes % UNITS[name] == 0)
    return str(minutes // UNITS[unit]), unit


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
    opening.check(form, found)
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
