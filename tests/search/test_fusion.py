import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from search.fusion import Signals, Weights, fuse, normalise, signals, weigh

scores = arrays(np.float64, st.integers(1, 150), elements=st.floats(0, 30))
one = st.floats(-5, 5)


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


@given(one, one, st.booleans())
def test_weights_are_shares(lead: float, ties: float, foreign: bool) -> None:
    weights = weigh(Signals(lead, abs(ties), float(foreign)))
    parts = (weights.keyword, weights.passages, weights.labels)
    assert min(parts) > 0
    assert abs(sum(parts) - 1) < 1e-9


def test_labels_that_many_articles_share_weigh_less() -> None:
    assert weigh(Signals(0.0, 3.0, 0.0)).labels < weigh(Signals(0.0, 0.0, 0.0)).labels


def test_keywords_weigh_less_in_another_language() -> None:
    assert weigh(Signals(0.0, 0.0, 1.0)).keyword < weigh(Signals(0.0, 0.0, 0.0)).keyword


def test_signals_count_equal_labels_and_their_lead() -> None:
    passages = np.array([0.5, 0.6, 0.7, 0.0])
    labels = np.array([0.9, 0.9, 0.1, 1.0])
    found = signals(passages, labels, np.array([True, True, True, False]), foreign=False)
    assert found.label_lead > 0
    assert np.isclose(found.label_ties, np.log(2))


@given(scores)
def test_one_evidence_alone_ranks_as_itself(values: np.ndarray) -> None:
    eligible = np.ones(len(values), dtype=bool)
    nothing = np.zeros(len(values))
    fused = fuse(values, nothing, nothing, eligible, Weights(1.0, 0.0, 0.0))
    assert np.array_equal(fused, normalise(values, eligible))
