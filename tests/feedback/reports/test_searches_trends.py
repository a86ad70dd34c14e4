"""Claims about what is asked more than before, and what less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.searches_trends import LEAST, trends

asked = st.dictionaries(st.integers(0, 8), st.integers(0, 2_000), max_size=9)


def test_what_nearly_everybody_asks_now_has_risen_and_the_rest_has_not() -> None:
    found = trends(
        {"refund": 12, "reset": 100, "colour": 90}, {"refund": 60, "reset": 104, "colour": 20}
    )
    assert [(each.key, each.is_rise) for each in found] == [("colour", False), ("refund", True)]


def test_a_wording_that_is_new_has_no_upper_bound() -> None:
    (new,) = trends({}, {"strike": 40})
    assert new.is_rise
    assert new.factor.value == new.factor.upper == float("inf")


def test_twice_as_many_in_twice_the_time_is_no_trend() -> None:
    assert trends({"reset": 300}, {"reset": 600}, exposure=2) == []


def test_nine_visitors_are_too_few_to_tell() -> None:
    assert trends({}, {"strike": LEAST - 1}) == []


@given(asked, asked, st.sampled_from([0.5, 1.0, 3.0]))
def test_a_trend_goes_the_way_of_its_counts(
    before: dict[int, int], now: dict[int, int], exposure: float
) -> None:
    for each in trends(before, now, exposure):
        assert each.is_rise == (each.now > exposure * each.before)
        assert each.factor.lower <= each.factor.value <= each.factor.upper


@given(asked, asked)
def test_what_rose_one_way_round_fell_the_other(
    before: dict[int, int], now: dict[int, int]
) -> None:
    rose = {each.key for each in trends(before, now) if each.is_rise}
    fell = {each.key for each in trends(now, before) if not each.is_rise}
    assert rose == fell


@given(asked)
def test_nothing_changes_against_itself(known: dict[int, int]) -> None:
    assert trends(known, known) == []


def test_the_interval_holds_the_factor() -> None:
    (found,) = trends({"reset": 20}, {"reset": 100})
    assert found.factor.value == pytest.approx(5)
