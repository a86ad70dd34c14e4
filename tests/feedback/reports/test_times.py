"""Claims about medians and percentiles of waiting times."""

import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.times import HALF, NINE_TENTHS, quantile

times = st.lists(st.floats(0, 1e6), min_size=1, max_size=200)
shares = st.sampled_from([HALF, NINE_TENTHS])


@given(times, shares)
def test_the_interval_holds_the_quantile_and_lies_among_the_observations(
    seconds: list[float], share: float
) -> None:
    found = quantile(seconds, share)
    assert found.value is not None
    assert min(seconds) <= found.value <= max(seconds)
    assert found.lower is None or (found.lower in seconds and found.lower <= found.value)
    assert found.upper is None or (found.upper in seconds and found.value <= found.upper)


@given(times)
def test_half_is_the_median(seconds: list[float]) -> None:
    assert quantile(seconds, HALF).value == median(seconds)


@given(times, shares)
def test_the_order_of_the_observations_does_not_matter(seconds: list[float], share: float) -> None:
    assert quantile(seconds, share) == quantile(seconds[::-1], share)


def test_nothing_is_known_without_observations() -> None:
    found = quantile([], HALF)
    assert (found.value, found.lower, found.upper, found.trials) == (None, None, None, 0)


@pytest.mark.parametrize(("number", "has_interval"), [(5, False), (6, True)])
def test_a_median_has_an_interval_from_six_observations_on(number: int, has_interval: bool) -> None:
    found = quantile(list(range(number)), HALF)
    assert (found.lower is not None and found.upper is not None) is has_interval


def test_the_interval_of_a_median_of_a_hundred_is_the_one_of_the_tables() -> None:
    found = quantile([float(each) for each in range(1, 101)], HALF)
    assert (found.lower, found.upper) == (40, 61)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    chance = random.Random(4)
    hits = 0
    for _ in range(400):
        found = quantile([chance.expovariate(1) for _ in range(80)], NINE_TENTHS)
        assert found.lower is not None
        hits += found.lower <= 2.302585 and (found.upper is None or found.upper >= 2.302585)
    assert hits / 400 >= 0.93
