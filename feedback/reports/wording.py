"""What figures are called and how they are said, in the language of the reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from feedback.reports.figures import Figure, Unit
from feedback.reports.filters import Comparison
from kb.formats import shown_duration, shown_money, shown_number, shown_share
from kb.locales import settings

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Words:
    """What a figure is called, its formula in words, and the names of its raw counts."""

    name: LazyString
    formula: LazyString
    counts: Mapping[str, LazyString] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A figure in words: what a page, a letter or a terminal shows of it.

    `interval` and `change` are empty where there is nothing to say.
    """

    name: str
    value: str
    interval: str
    change: str
    is_too_few: bool
    formula: str
    counts: list[tuple[str, str]]


def describe(app: Flask, words: Mapping[str, Words]) -> None:
    """Say what figures are called, by their keys."""
    app.extensions.setdefault("kb_figure_words", {}).update(words)


def said(figure: Figure, comparison: str = Comparison.PREVIOUS) -> Said:
    """Return a figure in words; one that nobody described goes by its key."""
    words: Words | None = current_app.extensions.get("kb_figure_words", {}).get(figure.key)
    names = words.counts if words else {}
    return Said(
        name=str(words.name) if words else figure.key,
        value=shown(figure.value, figure.unit),
        interval=_interval(figure),
        change=_change(figure, comparison),
        is_too_few=figure.is_too_few,
        formula=str(words.formula) if words else "",
        counts=[
            (str(names.get(name, name)), shown_number(number))
            for name, number in figure.counts.items()
        ],
    )


FORMS: Mapping[Unit, Callable[[float], str]] = {
    Unit.COUNT: shown_number,
    Unit.SHARE: shown_share,
    Unit.SECONDS: shown_duration,
    Unit.RATIO: lambda value: shown_number(round(value, 1)),
    Unit.SCORE: lambda value: f"{round(value):+d}".replace("-", "−"),
    Unit.MONEY: lambda value: shown_money(value, settings().currency),
}


def shown(value: float | None, unit: Unit) -> str:
    """Return a value with its unit, a dash where there is none."""
    return NOTHING if value is None else FORMS[unit](value)


def _interval(figure: Figure) -> str:
    if figure.lower is None or figure.upper is None or figure.value is None:
        return ""
    lower, upper = shown(figure.lower, figure.unit), shown(figure.upper, figure.unit)
    return str(_("between %(lower)s and %(upper)s", lower=lower, upper=upper))


def _change(figure: Figure, comparison: str) -> str:
    """Return the change against the period compared with, and whether it may be chance."""
    if figure.change is None:
        return ""
    amount = _amount(figure)
    text = _compared(amount, is_more=figure.change > 0, comparison=comparison)
    if amount and figure.may_be_chance:
        return str(_("%(change)s, which may be chance", change=text))
    return text


def _compared(amount: str, *, is_more: bool, comparison: str) -> str:
    """Return a change in words; without an amount there is none to speak of."""
    is_year = comparison == Comparison.LAST_YEAR
    if not amount:
        same = (
            _("the same as the year before") if is_year else _("the same as in the period before")
        )
        return str(same)
    if is_year:
        more = _("%(amount)s more than the year before", amount=amount)
        less = _("%(amount)s less than the year before", amount=amount)
    else:
        more = _("%(amount)s more than in the period before", amount=amount)
        less = _("%(amount)s less than in the period before", amount=amount)
    return str(more if is_more else less)


def _amount(figure: Figure) -> str:
    """Return how large the change is, without its sign; empty when it rounds to none."""
    change = abs(figure.change or 0)
    if figure.unit in {Unit.SHARE, Unit.SCORE}:
        # Points between the numbers shown, so that a reader who subtracts finds the same.
        scale = 100 if figure.unit is Unit.SHARE else 1
        points = abs(round(scale * (figure.value or 0)) - round(scale * (figure.previous or 0)))
        return str(ngettext("%(num)s point", "%(num)s points", points)) if points else ""
    if figure.unit is Unit.COUNT and figure.previous:
        part = round(change / figure.previous, 2)
        return shown_share(part) if part else ""
    same = shown(figure.value, figure.unit) == shown(figure.previous, figure.unit)
    return "" if same else shown(change, figure.unit)
