from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from search.fusion import (
    KEYWORD_ONLY,
    Evidence,
    Signals,
    Weights,
    fuse,
    normalise,
    of_best,
    signals,
    weigh,
)

scores = arrays(np.float64, st.integers(1, 150), elements=st.floats(0, 30))
USUAL = Signals(label_lead=0.0, label_ties=1.0, coverage=1.0, foreign=False)


@given(scores)
def test_normalised_scores_keep_their_order(values: np.ndarray) -> None:
    scaled = normalise(values, np.ones(len(values), dtype=bool))
    order = np.argsort(values)
    assert (np.diff(scaled[order]) >= 0).all()
    assert scaled.min() >= 0
    assert scaled.max() <= 1


@given(scores)
def test_the_best_article_is_worth_one_if_anything_was_found(values: np.ndarray) -> None:
    scaled = normalise(values, np.ones(len(values), dtype=bool))
    assert scaled.max() == (1.0 if values.max() > 0 else 0.0)


def test_what_is_not_eligible_scores_nothing() -> None:
    scaled = normalise(np.array([9.0, 2.0, 1.0]), np.array([False, True, True]))
    assert scaled.tolist() == [0.0, 1.0, 0.0]


@given(st.floats(-3, 3), st.integers(1, 10_000), st.floats(0, 1), st.booleans())
def test_weights_are_shares(lead: float, ties: int, coverage: float, foreign: bool) -> None:
    weights = weigh(Signals(lead, ties, coverage, foreign))
    parts = (weights.keyword, weights.passages, weights.labels)
    assert min(parts) > 0
    assert abs(sum(parts) - 1) < 1e-9


def test_labels_that_many_articles_share_weigh_next_to_nothing() -> None:
    assert weigh(Signals(1.0, 50.0, 1.0, False)).labels < 0.01


def test_labels_weigh_more_the_farther_they_lead() -> None:
    assert weigh(Signals(1.0, 1.0, 1.0, False)).labels > weigh(USUAL).labels


def test_keywords_weigh_less_in_another_language() -> None:
    assert weigh(replace(USUAL, foreign=True)).keyword < weigh(USUAL).keyword


def test_keywords_weigh_less_where_they_cover_little_of_the_query() -> None:
    assert weigh(replace(USUAL, coverage=0.2)).keyword < weigh(USUAL).keyword


def test_signals_count_equal_labels_and_their_lead() -> None:
    passages = np.array([0.5, 0.6, 0.7, 0.0])
    labels = np.array([0.9, 0.9, 0.1, 1.0])
    eligible = np.array([True, True, True, False])
    found = signals(passages, labels, eligible, coverage=1.0, foreign=False)
    assert found.label_lead > 0
    assert found.label_ties == 2


def test_passages_not_encoded_yet_leave_the_signals_alone() -> None:
    some = np.array([True, True, False, False])
    passages, labels = np.array([0.5, 0.7, -1.0, -1.0]), np.array([0.8, 0.1, 0.2, 0.3])
    every = np.ones(4, dtype=bool)
    known = signals(passages[some], labels[some], some[some], coverage=1.0, foreign=False)
    assert signals(passages, labels, every, coverage=1.0, foreign=False) == known


def test_an_article_not_encoded_yet_does_not_flatten_the_others() -> None:
    scaled = normalise(np.array([0.9, 0.8, 0.85, -1.0]), np.ones(4, dtype=bool))
    assert np.allclose(scaled, [1.0, 0.0, 0.5, 0.0])


def test_a_poor_label_sinks_no_article_that_its_passages_raise() -> None:
    passages, labels = np.full(100, 0.5), np.full(100, 0.5)
    passages[0], labels[0], labels[1] = 0.9, -1.0, 0.6
    eligible = np.ones(100, dtype=bool)
    fused = fuse(Evidence(np.zeros(100), None, passages, labels), eligible, Weights(0.0, 0.4, 0.6))
    assert fused.total.argmax() == 0


@given(scores)
def test_keywords_alone_rank_as_themselves(values: np.ndarray) -> None:
    eligible = np.ones(len(values), dtype=bool)
    nothing = np.zeros(len(values))
    fused = fuse(Evidence(values, None, nothing, nothing), eligible, KEYWORD_ONLY)
    assert np.array_equal(fused.total, of_best(values, eligible))


@given(scores)
def test_passages_alone_rank_as_themselves(values: np.ndarray) -> None:
    eligible = np.ones(len(values), dtype=bool)
    nothing = np.zeros(len(values))
    fused = fuse(Evidence(nothing, None, values, nothing), eligible, Weights(0.0, 1.0, 0.0))
    assert np.array_equal(fused.total, normalise(values, eligible))


def test_an_article_that_keeps_the_order_of_the_words_comes_first_among_equals() -> None:
    eligible = np.ones(3, dtype=bool)
    order = np.array([0.0, 1.0, 1.0])
    keyword = np.array([5.0, 5.0, 0.0])
    fused = fuse(Evidence(keyword, order, np.zeros(3), np.zeros(3)), eligible, KEYWORD_ONLY)
    assert np.allclose(fused.total, [1 / 1.5, 1.0, 0.0])


@given(scores, st.integers(0, 2**32 - 1))
def test_fused_scores_stay_between_zero_and_one(values: np.ndarray, seed: int) -> None:
    drawn = np.random.default_rng(seed)
    order, passages, labels = drawn.random((3, len(values)))
    eligible = drawn.random(len(values)) < 0.7
    found = Evidence(values, order, passages, labels)
    fused = fuse(found, eligible, Weights(0.5, 0.3, 0.2)).total
    assert fused.max() <= 1.0 + 1e-9
    assert (fused[~eligible] == 0.0).all()
