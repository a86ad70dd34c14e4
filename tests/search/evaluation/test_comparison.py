import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation.comparison import compare

SHARES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40)


@given(SHARES)
def test_what_one_wins_the_other_loses(pairs: list[tuple[float, float]]) -> None:
    ours, theirs = zip(*pairs, strict=True)
    there, back = compare(ours, theirs), compare(theirs, ours)
    assert (there.wins, there.ties, there.losses) == (back.losses, back.ties, back.wins)
    assert there.difference == pytest.approx(-back.difference)


@given(SHARES)
def test_every_query_is_won_lost_or_the_same(pairs: list[tuple[float, float]]) -> None:
    found = compare(*zip(*pairs, strict=True))
    assert found.wins + found.ties + found.losses == found.queries == len(pairs)
    assert 0.0 < found.p_value <= 1.0


def test_equal_runs_differ_by_nothing() -> None:
    found = compare([0.5, 1.0], [0.5, 1.0])
    assert (found.difference, found.p_value, found.ties) == (0.0, 1.0, 2)
    assert found.is_noise


def test_a_gain_on_every_query_is_no_chance() -> None:
    found = compare([0.6] * 40, [0.5] * 40)
    assert found.p_value < 0.001
    assert not found.is_noise


def test_gains_and_losses_of_one_size_are_chance() -> None:
    assert compare([1.0, 0.0] * 20, [0.0, 1.0] * 20).is_noise


def test_a_few_gains_among_many_ties_may_be_chance_though_the_interval_is_sure() -> None:
    found = compare([1.0] * 4 + [0.5] * 396, [0.9] * 4 + [0.5] * 396)
    assert found.interval.low > 0.0
    assert found.p_value == pytest.approx(2 / 2**4, abs=0.02)  # all four signs by chance
    assert found.is_noise


def test_runs_of_different_queries_are_not_compared() -> None:
    with pytest.raises(ValueError, match="2 figures against 1"):
        compare([0.1, 0.2], [0.3])
