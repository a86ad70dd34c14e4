"""Claims about intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.statistics import MIN_OBSERVATIONS, difference, ratio, wilson


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    trials = draw(st.integers(0, 10_000))
    return draw(st.integers(0, trials)), trials


@given(counts())
def test_bounds_enclose_the_rate_and_stay_within_0_and_1(observed: tuple[int, int]) -> None:
    rate = wilson(*observed)
    assert 0 <= rate.lower <= rate.upper <= 1
    if rate.trials:
        assert rate.lower <= rate.value <= rate.upper


@given(counts())
def test_the_interval_of_the_opposite_is_the_mirror_image(observed: tuple[int, int]) -> None:
    successes, trials = observed
    rate, opposite = wilson(successes, trials), wilson(trials - successes, trials)
    assert rate.lower == pytest.approx(1 - opposite.upper)


@given(st.integers(1, 500), st.integers(2, 20))
def test_more_observations_of_the_same_rate_narrow_the_interval(half: int, times: int) -> None:
    few, many = wilson(half, 2 * half), wilson(half * times, 2 * half * times)
    assert many.upper - many.lower < few.upper - few.lower


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (9, 10, 0.5958, 0.9821),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_bounds_equal_published_values(
    successes: int, trials: int, lower: float, upper: float
) -> None:
    """The last row is Newcombe's example (1998, table I, method 3)."""
    rate = wilson(successes, trials)
    assert (rate.lower, rate.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_three_votes_of_three_rank_under_ninety_of_a_hundred() -> None:
    assert wilson(3, 3).lower < wilson(90, 100).lower


def test_nothing_is_known_without_observations() -> None:
    rate = wilson(0, 0)
    assert (rate.lower, rate.upper, rate.value) == (0, 1, 0)


@pytest.mark.parametrize(
    ("trials", "too_few"), [(MIN_OBSERVATIONS - 1, True), (MIN_OBSERVATIONS, False)]
)
def test_under_30_observations_are_too_few_to_tell(trials: int, too_few: bool) -> None:
    assert wilson(trials, trials).is_too_few is too_few


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3)])
def test_impossible_counts_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson(successes, trials)


@given(counts(), counts())
def test_a_difference_lies_within_its_interval_and_turns_round(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    before, after = wilson(*one), wilson(*other)
    there, back = difference(before, after), difference(after, before)
    assert -1 <= there.lower <= there.value <= there.upper <= 1
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))


def test_newcombe_s_own_example_gives_his_interval() -> None:
    """Statistics in Medicine 17 (1998), p. 877: 56/70 less 48/80, method 10."""
    found = difference(wilson(48, 80), wilson(56, 70))
    assert (found.lower, found.upper) == pytest.approx((0.0524, 0.3339), abs=1e-4)


@given(st.integers(0, 5_000), st.integers(1, 5_000))
def test_a_ratio_lies_within_its_interval(before: int, after: int) -> None:
    found = ratio(before, after)
    assert 0 <= found.lower <= found.value <= found.upper


def test_a_ratio_counts_what_could_be_counted() -> None:
    assert ratio(100, 300, exposure=3).value == pytest.approx(1)
    assert ratio(0, 5).value == float("inf")
