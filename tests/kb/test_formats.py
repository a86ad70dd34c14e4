"""Dates and numbers read as in the page's own country."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from kb.formats import shown_date, shown_day, shown_duration, shown_number


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("fr", "27 octobre 2026"), ("en", "27 October 2026"), ("de", "27. Oktober 2026")],
)
def test_dates_have_their_day_where_readers_look_for_it(
    app: Flask, locale: str, shown: str
) -> None:
    with app.test_request_context("/"), force_locale(locale):
        assert shown_date(date(2026, 10, 27)) == shown


@pytest.mark.parametrize(
    ("locale", "long", "short"),
    [("fr", "1er décembre 2026", "1er déc."), ("en", "1 December 2026", "1 Dec")],
)
def test_french_counts_the_first_day_of_a_month(
    app: Flask, locale: str, long: str, short: str
) -> None:
    with app.test_request_context("/"), force_locale(locale):
        assert (shown_date(date(2026, 12, 1)), shown_day(date(2026, 12, 1))) == (long, short)


@pytest.mark.parametrize(("locale", "shown"), [("fr", "1\u202f827"), ("en", "1,827")])
def test_thousands_are_set_apart(app: Flask, locale: str, shown: str) -> None:
    with app.test_request_context("/"), force_locale(locale):
        assert shown_number(1827) == shown


@pytest.mark.parametrize(("locale", "shown"), [("fr", "0,50"), ("en", "0.50")])
def test_numbers_of_a_column_have_equally_many_decimals(
    app: Flask, locale: str, shown: str
) -> None:
    with app.test_request_context("/"), force_locale(locale):
        assert shown_number(0.5, 2) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 min"), (12, "less than 1 min"), (40, "1 min")]
)
def test_who_waits_since_a_moment_ago_does_not_wait_for_nothing(
    app: Flask, seconds: int, shown: str
) -> None:
    with app.test_request_context("/"), force_locale("en"):
        assert shown_duration(seconds) == shown
