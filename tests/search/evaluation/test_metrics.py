from hypothesis import given
from hypothesis import strategies as st

from search.evaluation import auroc, ndcg, recall, reciprocal_rank


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
