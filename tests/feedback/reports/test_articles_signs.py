"""Claims about what the numbers of an article surely say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.articles_signs import Life, Numbers, Sign, Site, readers_fell, signs
from feedback.statistics import wilson

TODAY = date(2026, 11, 22)
SITE = Site(rate=wilson(800, 1000), refusals=wilson(50, 1000), days=30, days_before=30)
OLD = Life(public_days=400, last_read=TODAY, known_days=400)
GOOD = Numbers(
    shown=500, views=200, visits=190, readers=180, searched=150, refused=6, helpful=85, votes=100
)
numbers = st.builds(
    Numbers, shown=st.integers(0, 99), views=st.integers(0, 99), readers=st.integers(0, 99)
)


def said(now: Numbers, before: Numbers = GOOD, life: Life = OLD) -> tuple[Sign, ...]:
    return signs(now, before, life, SITE, TODAY)


def test_an_article_that_does_well_is_left_in_peace() -> None:
    assert said(GOOD) == ()


@pytest.mark.parametrize(
    ("now", "sign"),
    [
        (replace(GOOD, readers=90), Sign.FALLING),
        (replace(GOOD, helpful=60), Sign.FALLING),
        (replace(GOOD, helpful=60), Sign.NOT_HELPING),
        (replace(GOOD, refused=40), Sign.REFUSED),
        (replace(GOOD, searched=4, refused=3), Sign.REFUSED),
        (replace(GOOD, shown=0), Sign.NEVER_FOUND),
        (replace(GOOD, searched=0, refused=0), Sign.NEVER_OPENED),
    ],
)
def test_what_is_wrong_is_named(now: Numbers, sign: Sign) -> None:
    assert sign in said(now)


@pytest.mark.parametrize(
    "now",
    [
        replace(GOOD, readers=165),
        replace(GOOD, helpful=78),
        replace(GOOD, helpful=1, votes=20),
        replace(GOOD, searched=4, refused=2),
    ],
)
def test_what_may_be_chance_is_not(now: Numbers) -> None:
    assert said(now) == ()


def test_an_article_published_yesterday_has_had_no_chance_to_be_found() -> None:
    fresh = Life(public_days=1, last_read=None, known_days=400)
    assert said(Numbers(), Numbers(), fresh) == ()


def test_an_article_is_long_unread_only_where_readings_are_known_for_that_long() -> None:
    shown = Numbers(shown=10)
    unread = Life(public_days=400, last_read=TODAY - timedelta(days=91), known_days=400)
    assert Sign.LONG_UNREAD in said(shown, Numbers(), unread)
    assert Sign.LONG_UNREAD not in said(shown, Numbers(), replace(unread, last_read=TODAY))
    assert Sign.LONG_UNREAD not in said(shown, Numbers(), replace(unread, known_days=30))


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_readers_fall_only_from_thirty_on_and_only_downwards(before: int, now: int) -> None:
    if readers_fell(Numbers(readers=now), Numbers(readers=before), SITE):
        assert now < before
        assert before >= 30


@given(st.lists(numbers, max_size=5))
def test_numbers_add_up(parts: list[Numbers]) -> None:
    whole = sum(parts, Numbers())
    assert whole.shown == sum(each.shown for each in parts)
    assert whole.readers == sum(each.readers for each in parts)
