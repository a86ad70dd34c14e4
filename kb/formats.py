"""Dates and numbers as the page's readers write them."""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import get_locale


def _region() -> str:
    # Most readers of English outside America write the day first.
    locale = str(get_locale())
    return "en_150" if locale == "en" else locale


def shown_date(value: date, style: str = "long") -> str:
    """Return a date (or the date of a moment) in the language of the page: "27 October 2026"."""
    return format_date(value, style, locale=_region())


def shown_number(value: float, decimals: int | None = None) -> str:
    """Return a number with the separators of the page's language: "1 827" or "1,827".

    With `decimals` it has just so many, so that the numbers of a column stand under each other.
    """
    pattern = None if decimals is None else f"#,##0.{'0' * decimals}"
    return format_decimal(value, format=pattern, locale=str(get_locale()))
