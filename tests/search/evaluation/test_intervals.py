import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation.intervals import auroc_interval, mean_intervals
from search.evaluation.metrics import auroc

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(SHARES)
def test_an_interval_stays_within_what_was_seen(values: list[float]) -> None:
    (found,) = mean_intervals([values])
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


def test_an_interval_narrows_with_the_number_of_queries() -> None:
    few, many = ([0.0, 1.0] * count for count in (10, 1000))
    (wide,), (narrow,) = mean_intervals([few]), mean_intervals([many])
    assert narrow.high - narrow.low < (wide.high - wide.low) / 5


def test_an_interval_is_as_wide_as_theory_says() -> None:
    (found,) = mean_intervals([[0.0, 1.0] * 200])
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.1)


def test_an_interval_holds_the_truth_about_nineteen_times_in_twenty() -> None:
    chance = np.random.default_rng(7)
    intervals = [mean_intervals([chance.random(60).tolist()])[0] for _ in range(200)]
    held = sum(0.5 in found for found in intervals)
    assert 0.88 * 200 <= held <= 200


def test_the_same_figures_give_the_same_interval() -> None:
    values = [0.1, 0.5, 1.0, 0.3]
    assert mean_intervals([values]) == mean_intervals([values])


def test_no_queries_have_no_interval() -> None:
    (found,) = mean_intervals([[]])
    assert (found.low, found.high) == (0.0, 0.0)


@given(SHARES, SHARES)
def test_an_auroc_interval_is_within_zero_and_one(
    inside: list[float], outside: list[float]
) -> None:
    found = auroc_interval(inside, outside)
    assert found is not None
    assert 0.0 <= found.low <= found.high <= 1.0


def test_an_auroc_interval_surrounds_the_auroc() -> None:
    chance = np.random.default_rng(7)
    inside = chance.normal(1.0, 1.0, 80).tolist()
    outside = chance.normal(0.0, 1.0, 40).tolist()
    found, value = auroc_interval(inside, outside), auroc(inside, outside)
    assert found is not None
    assert value is not None
    assert found.low < value < found.high
    assert found.high - found.low < 0.25


def test_an_auroc_that_is_perfect_has_no_width() -> None:
    found = auroc_interval([0.8, 0.9], [0.1, 0.2, 0.3])
    assert found is not None
    assert (found.low, found.high) == (1.0, 1.0)


def test_ties_count_half() -> None:
    found = auroc_interval([0.5] * 5, [0.5] * 3)
    assert found is not None
    assert (found.low, found.high) == (0.5, 0.5)


def test_one_kind_alone_has_no_auroc_interval() -> None:
    assert auroc_interval([0.5], []) is None
