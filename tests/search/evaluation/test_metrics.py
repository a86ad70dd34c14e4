import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation import auroc, ndcg, recall, reciprocal_rank
from search.evaluation.metrics import brier, calibration_error


def test_ndcg_is_one_for_the_ideal_order_and_falls_with_rank() -> None:
    assert ndcg(["a", "b"], {"a": 2, "b": 1}) == 1.0
    assert 0 < ndcg(["x", "a"], {"a": 1}) < 1.0


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.sets(st.sampled_from("abcdefgh")))
def test_every_figure_is_a_share(ranking: list[str], relevant: set[str]) -> None:
    grades = dict.fromkeys(relevant, 1)
    for figure in (ndcg, recall, reciprocal_rank):
        assert 0 <= figure(ranking, grades) <= 1


def test_auroc_counts_pairs_and_halves_ties() -> None:
    assert auroc([0.9, 0.8], [0.1]) == 1.0
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.1], [0.9, 0.5]) == 0.0
    assert auroc([0.1], []) is None


def test_a_forecast_that_comes_true_has_no_error() -> None:
    outcomes = [True] * 30 + [False] * 10
    assert calibration_error([0.75] * 40, outcomes, groups=1) == 0.0
    assert brier([1.0, 0.0], [True, False]) == 0.0


def test_a_forecast_that_is_too_sure_is_as_wrong_as_it_overstates() -> None:
    assert calibration_error([0.9] * 40, [True] * 20 + [False] * 20, groups=1) == pytest.approx(0.4)
    assert brier([0.9] * 2, [True, False]) == pytest.approx((0.01 + 0.81) / 2)


def test_groups_of_like_confidence_are_judged_apart() -> None:
    confidences, outcomes = [0.2] * 20 + [0.8] * 20, [True] * 20 + [False] * 20
    assert calibration_error(confidences, outcomes, groups=1) == pytest.approx(0.0)
    assert calibration_error(confidences, outcomes, groups=2) == pytest.approx(0.8)


def test_of_no_forecast_nothing_is_said() -> None:
    assert brier([], []) is None
    assert calibration_error([], []) is None
