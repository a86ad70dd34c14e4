"""Claims about CSAT and NPS."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.satisfaction import csat, nps

nps_scores = st.dictionaries(st.integers(0, 10), st.integers(0, 500))
csat_scores = st.dictionaries(st.integers(1, 5), st.integers(0, 500))


@given(nps_scores)
def test_the_score_lies_within_its_interval_and_its_scale(scores: dict[int, int]) -> None:
    found = nps(scores)
    assert -100 <= found.lower <= found.value <= found.upper <= 100
    assert found.answers == sum(scores.values())


@given(nps_scores)
def test_turning_the_scores_round_turns_the_sign(scores: dict[int, int]) -> None:
    found = nps(scores)
    mirrored = {9: found.detractors, 8: found.passives, 0: found.promoters}
    assert nps(mirrored).value == -found.value


@given(nps_scores.filter(lambda scores: sum(scores.values()) > 0))
def test_more_of_the_same_answers_narrow_the_interval(scores: dict[int, int]) -> None:
    one, four = nps(scores), nps({score: 4 * number for score, number in scores.items()})
    assert four.upper - four.lower <= one.upper - one.lower
    assert four.value == one.value


@given(csat_scores)
def test_positive_means_four_or_five(scores: dict[int, int]) -> None:
    found = csat(scores)
    assert found.successes == scores.get(4, 0) + scores.get(5, 0)
    assert found.trials == sum(scores.values())


def test_nps_is_promoters_less_detractors_in_points() -> None:
    found = nps({10: 40, 9: 20, 8: 20, 6: 10, 0: 10})
    assert (found.value, found.promoters, found.passives, found.detractors) == (40, 60, 20, 20)


def test_a_few_answers_that_agree_are_not_certain() -> None:
    found = nps({10: 5})
    assert (found.value, found.upper) == (100, 100)
    assert found.lower < 80
