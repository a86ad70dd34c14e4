"""Claims about what the numbers of an article surely say."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.articles_signs import (
    Columns,
    Lives,
    Numbers,
    Sign,
    Site,
    readers_fell,
    signs,
)
from feedback.statistics import wilson

TODAY = date(2026, 11, 22)
SITE = Site(rate=wilson(800, 1000), refusals=wilson(50, 1000), days=30, days_before=30)


def life(public_days: int = 400, last_read: int | None = 0, known_days: int = 400) -> Lives:
    """Days since it became public, since it was read last (None: never), since readings are known."""
    day = 0 if last_read is None else TODAY.toordinal() - last_read
    had_a_chance, is_old = (np.array([public_days >= days]) for days in (7, 90))
    return Lives(had_a_chance, is_old, np.array([day]), known_days)


OLD = life()
GOOD = Numbers(
    shown=500, views=200, visits=190, readers=180, searched=150, refused=6, helpful=85, votes=100
)
numbers = st.builds(
    Numbers, shown=st.integers(0, 99), views=st.integers(0, 99), readers=st.integers(0, 99)
)


def said(now: Numbers, before: Numbers = GOOD, lived: Lives = OLD) -> tuple[Sign, ...]:
    found = signs(Columns.of([now]), Columns.of([before]), lived, SITE, TODAY)
    return tuple(sign for sign, flags in found.items() if flags.all())


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
    assert said(Numbers(), Numbers(), life(public_days=1, last_read=None)) == ()


def test_an_article_is_long_unread_only_where_readings_are_known_for_that_long() -> None:
    shown = Numbers(shown=10)
    assert Sign.LONG_UNREAD in said(shown, Numbers(), life(last_read=91))
    assert Sign.LONG_UNREAD in said(shown, Numbers(), life(last_read=None))
    assert Sign.LONG_UNREAD not in said(shown, Numbers(), life(last_read=90))
    assert Sign.LONG_UNREAD not in said(shown, Numbers(), life(last_read=91, public_days=89))
    assert Sign.LONG_UNREAD not in said(shown, Numbers(), life(last_read=91, known_days=89))


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_readers_fall_only_from_thirty_on_and_only_downwards(before: int, now: int) -> None:
    columns = (Columns.of([Numbers(readers=each)]) for each in (now, before))
    if readers_fell(*columns, SITE).all():
        assert now < before
        assert before >= 30


@given(st.lists(numbers, max_size=5))
def test_numbers_add_up_and_come_back(parts: list[Numbers]) -> None:
    columns = Columns.of(parts)
    assert list(columns.rows()) == [columns.at(place) for place in range(len(parts))] == parts
    assert columns.total().shown == sum(each.shown for each in parts)
    assert columns.total().readers == sum(each.readers for each in parts)
