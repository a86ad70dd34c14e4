"""Where a channel leads: checked when it is written, a link when it is read.

Telephone numbers are kept as E.164 says (+33411223344), so that every telephone can dial them, and
shown as people of the reader's country write them.
"""

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import quote, urlsplit

import phonenumbers
from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumberFormat

from feedback.requests.models import Way

NUMBERS = frozenset({Way.PHONE, Way.SMS})
PAGES = frozenset({Way.CHAT, Way.MESSAGING, Way.SOCIAL})  # an address of the web
PLACES = frozenset({Way.POST, Way.SHOP, Way.MEETING})  # lines of an address, or a page
MAX_LINES = 8
MAX_LENGTH = 500
SHORT_NUMBER = 6  # digits: 3631, 116000; they are dialled in their country alone


class Fault(StrEnum):
    """Why a target cannot be kept."""

    MISSING = "missing"
    NO_NUMBER = "no-number"
    NO_MAIL = "no-mail"
    NO_PAGE = "no-page"
    TOO_LONG = "too-long"


class BadTarget(ValueError):
    """A target that leads nowhere."""

    def __init__(self, fault: Fault) -> None:
        """Remember what is wrong."""
        super().__init__(fault.value)
        self.fault = fault


def country_of_zone(timezone: str) -> str:
    """Return the country of a time zone, "" where it has none."""
    return str(get_global("zone_territories").get(timezone, ""))


def country_of_reader(locale: str, accepted: Sequence[str] = ()) -> str:
    """Return the country that a reader's browser names for the language of the page, else "".

    French alone is read in thirty countries: without a country nothing is taken for granted.
    """
    for each in accepted:
        language, _, rest = each.replace("_", "-").partition("-")
        region = rest.rpartition("-")[2]
        if language.lower() == locale.split("_", maxsplit=1)[0].lower() and len(region) == 2:
            return region.upper()
    return ""


def checked(way: Way, text: str, country: str) -> str:
    """Return a target as it is kept; numbers without a prefix are of `country`. Raises `BadTarget`."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    tidy = "\n".join(filter(None, lines))
    if way is Way.FORM:
        return ""
    if not tidy:
        raise BadTarget(Fault.MISSING)
    if len(tidy) > MAX_LENGTH or tidy.count("\n") >= MAX_LINES:
        raise BadTarget(Fault.TOO_LONG)
    if way in NUMBERS:
        return _number(tidy, country)
    if way is Way.EMAIL:
        return _mail(tidy)
    if way in PAGES or (way in PLACES and "\n" not in tidy and "://" in tidy):
        return _page(tidy)
    return tidy


def _number(text: str, country: str) -> str:
    try:
        found = phonenumbers.parse(text, country or None)
    except NumberParseException as error:
        raise BadTarget(Fault.NO_NUMBER) from error
    if phonenumbers.is_valid_number(found):
        return phonenumbers.format_number(found, PhoneNumberFormat.E164)
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) <= SHORT_NUMBER and phonenumbers.is_valid_short_number(found):
        return digits
    raise BadTarget(Fault.NO_NUMBER)


def _mail(text: str) -> str:
    name, at, host = text.rpartition("@")
    if not (at and name and "." in host.strip(".")) or set(text) & set(" \n<>,;\"'()"):
        raise BadTarget(Fault.NO_MAIL)
    return text


def _page(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError as error:
        raise BadTarget(Fault.NO_PAGE) from error
    if parts.scheme != "https" or "." not in host or parts.username or set(text) & set(" \n<>\"'"):
        raise BadTarget(Fault.NO_PAGE)
    return text


def shown(way: Way, target: str, country: str) -> str:
    """Return a target as a reader of `country` ("" if not known) expects it."""
    if way in NUMBERS and target.startswith("+"):
        found = phonenumbers.parse(target)
        home = phonenumbers.region_code_for_number(found)
        is_home = bool(country) and home == country
        form = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(found, form).replace(" ", "\xa0")
    return target


def href(way: Way, target: str) -> str:
    """Return the link to follow; "" where there is nothing to open, as in front of a shop."""
    if way is Way.PHONE:
        return f"tel:{target}"
    if way is Way.SMS:
        return f"sms:{target}"
    if way is Way.EMAIL:
        return f"mailto:{quote(target, safe='@+')}"
    return target if target.startswith("https://") else ""
