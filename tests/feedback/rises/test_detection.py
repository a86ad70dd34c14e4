"""Claims about what counts as a sudden rise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.rises.detection import CHANCE, FLOOR, Past, judge, tail

counts = st.lists(st.integers(0, 40), min_size=28, max_size=28)


def quiet(own: int = 0, others: int = 30) -> tuple[Past, Past]:
    """A question asked `own` times in every same hour of the last weeks, beside others."""
    return Past([own] * 28, [others] * 28), Past([own] * 8, [others] * 8)


@given(st.integers(0, 60), st.floats(0.5, 200), st.floats(0.5, 30))
def test_the_tail_of_more_is_never_likelier(count: int, shape: float, stretches: float) -> None:
    likely = tail(count, shape, stretches)
    assert 0 <= tail(count + 1, shape, stretches) <= likely <= 1


def test_the_tail_is_that_of_the_negative_binomial() -> None:
    stats = pytest.importorskip("scipy.stats")
    for count, shape, stretches in ((5, 0.5, 4), (1, 12.5, 3.5), (40, 60.5, 2), (0, 3, 1)):
        expected = stats.nbinom.sf(count - 1, shape, stretches / (stretches + 1))
        assert tail(count, shape, stretches) == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, FLOOR - 1), st.integers(0, 500), counts, counts)
def test_fewer_than_five_visitors_never_alarm(
    visitors: int, others: int, own: list[int], rest: list[int]
) -> None:
    rise = judge(visitors, others, Past(own, rest), Past(own[::7], rest[::7]))
    assert rise is not None
    assert not rise.is_sudden


@given(counts, counts, st.integers(0, 300), st.integers(5, 200))
def test_more_visitors_are_never_less_of_a_rise(
    own: list[int], rest: list[int], others: int, visitors: int
) -> None:
    days, weeks = Past(own, rest), Past(own[::7], rest[::7])
    fewer, more = judge(visitors, others, days, weeks), judge(visitors + 1, others, days, weeks)
    assert fewer is not None
    assert more is not None
    assert more.chance <= fewer.chance
    assert more.is_sudden or not fewer.is_sudden


@given(counts, counts, st.integers(0, 300), st.integers(5, 200))
def test_a_busier_hour_is_never_more_of_a_rise(
    own: list[int], rest: list[int], others: int, visitors: int
) -> None:
    days, weeks = Past(own, rest), Past(own[::7], rest[::7])
    calm = judge(visitors, others, days, weeks)
    busy = judge(visitors, others + 50, days, weeks)
    assert calm is not None
    assert busy is not None
    assert busy.chance >= calm.chance - 1e-12
    assert busy.weekday_chance >= calm.weekday_chance - 1e-12


def test_six_who_ask_what_nobody_asks_are_a_rise() -> None:
    rise = judge(6, 30, *quiet())
    assert rise is not None
    assert rise.is_sudden
    assert rise.chance < CHANCE


def test_six_who_ask_what_five_always_ask_are_none() -> None:
    rise = judge(6, 30, *quiet(own=5))
    assert rise is not None
    assert not rise.is_sudden


def test_a_rise_by_half_is_growth_and_no_incident_however_many_ask() -> None:
    rise = judge(450, 300, *quiet(own=300, others=300))
    assert rise is not None
    assert not rise.is_sudden


def test_a_question_with_good_and_bad_days_must_rise_further() -> None:
    steady = judge(14, 30, Past([2] * 28, [30] * 28), Past([2] * 4, [30] * 4))
    moody = judge(14, 30, Past([0, 0, 0, 8] * 7, [30] * 28), Past([2] * 4, [30] * 4))
    assert steady is not None
    assert moody is not None
    assert steady.is_sudden
    assert not moody.is_sudden


def test_a_question_of_every_monday_is_usual_on_a_monday() -> None:
    mondays = Past([20 if day % 7 == 6 else 0 for day in range(28)], [30] * 28)
    rise = judge(20, 30, mondays, Past([20] * 4, [30] * 4))
    assert rise is not None
    assert not rise.is_sudden


def test_a_question_that_is_new_this_week_is_usual_by_now() -> None:
    rise = judge(12, 30, Past([12] * 20 + [0] * 8, [30] * 28), Past([0] * 8, [30] * 8))
    assert rise is not None
    assert not rise.is_sudden


def test_visitors_who_stay_away_make_no_rise_of_the_rest() -> None:
    """An hour in which hardly anybody comes is no reason to expect less than usual."""
    calm, empty = judge(6, 30, *quiet(own=2)), judge(6, 0, *quiet(own=2))
    assert calm is not None
    assert empty is not None
    assert calm.expected == empty.expected == pytest.approx(2)


def test_without_a_week_of_history_nothing_is_called_usual() -> None:
    assert judge(50, 30, Past([0] * 6, [30] * 6), Past([], [])) is None
