"""The public holidays of a country or a part of it, in a reader's language."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import holidays
from holidays import registry

# By the two letters of ISO 3166, as the package knows them.
COUNTRIES = frozenset(codes[1] for codes in registry.COUNTRIES.values())


class NoSuchPlace(ValueError):
    """No holidays are known of a country, or of a part of it."""


def place(country: str, part: str = "") -> str:
    """Return how a place is kept ("FR", "FR-57"); a part may be named. Raises `NoSuchPlace`."""
    if not country:
        return ""
    if country not in COUNTRIES:
        raise NoSuchPlace(country)
    if not part.strip():
        return country
    wanted = part.strip().casefold()
    known = {name.casefold(): code for name, code in parts(country).items()}
    if wanted not in known:
        raise NoSuchPlace(part)
    return f"{country}-{known[wanted]}"


def parts(country: str) -> dict[str, str]:
    """Return the parts of a country by their names and codes; empty where its holidays have none."""
    found = getattr(holidays, country, None)
    codes = {code: code for code in getattr(found, "subdivisions", ())}
    return codes | dict(getattr(found, "subdivisions_aliases", {}))


def part_names(country: str) -> list[str]:
    """Return one name for each part, as its people call it."""
    names: dict[str, str] = {}
    for name, code in parts(country).items():
        if len(name) > len(names.get(code, "")):
            names[code] = name
    return sorted(names.values())


def holidays_of(kept: str, locale: str) -> Callable[[date], str]:
    """Return a function that names the holiday of a day, and gives "" on other days."""
    if not kept:
        return _none
    country, _, part = kept.partition("-")

    def name(day: date) -> str:
        return _year(country, part, day.year, locale).get(day, "")

    return name


def _none(_day: date) -> str:
    return ""


@lru_cache(maxsize=256)
def _year(country: str, part: str, year: int, locale: str) -> dict[date, str]:
    try:
        found = holidays.country_holidays(
            country,
            subdiv=part or None,
            years=year,
            expand=False,
            language=_language(country, locale),
        )
    except NotImplementedError:  # a place that a later release of the package knows no more
        return {}
    return {day: str(name) for day, name in found.items()}


def _language(country: str, locale: str) -> str | None:
    """Return the language nearest to the reader's in which the names are known; None: the country's."""
    known = getattr(getattr(holidays, country, None), "supported_languages", ())
    wanted = locale.replace("-", "_")
    near = [each for each in known if each.split("_")[0] == wanted.split("_")[0]]
    return next((each for each in near if each == wanted), near[0] if near else None)
