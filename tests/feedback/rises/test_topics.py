"""Claims about which wordings of an hour ask the same."""

import random

from hypothesis import given
from hypothesis import strategies as st

from feedback.rises.topics import Key, asks, topics

DOWN = ("fr", "connexion impossible")
AGAIN = ("fr", "impossible connexion")
ENGLISH = ("en", "cannot sign in")
LAMP = ("fr", "ampoule grillee")
words = st.sampled_from(["connexion", "impossible", "lampe", "grillee", "facture", "compte"])
keys = st.tuples(
    st.sampled_from(["fr", "en"]), st.lists(words, min_size=1, max_size=4).map(" ".join)
)


def test_wordings_that_share_their_stems_are_one_topic_named_by_the_commonest() -> None:
    found = topics({DOWN: 2, AGAIN: 4, LAMP: 1})
    assert [each.wordings for each in found] == [(AGAIN, DOWN), (LAMP,)]


def test_wordings_of_one_gap_are_one_topic_across_languages() -> None:
    found = topics({DOWN: 4, ENGLISH: 3, LAMP: 1}, {DOWN: 7, ENGLISH: 7})
    assert found[0].wordings == (DOWN, ENGLISH)
    assert found[0].gap_id == 7


def test_wordings_that_mean_the_same_are_one_topic() -> None:
    found = topics({DOWN: 4, ENGLISH: 3, LAMP: 1}, {}, {DOWN: 0, ENGLISH: 0, LAMP: 1})
    assert [each.wordings for each in found] == [(DOWN, ENGLISH), (LAMP,)]


def test_the_past_of_a_topic_is_whatever_is_near_one_of_its_wordings() -> None:
    assert asks(("fr", "ma connexion est impossible"), [DOWN, ENGLISH], {})
    assert not asks(LAMP, [DOWN, ENGLISH], {})


@given(st.dictionaries(keys, st.integers(1, 9), max_size=12), st.randoms(use_true_random=False))
def test_every_wording_is_of_one_topic_whatever_the_order(
    asked: dict[Key, int], shuffler: random.Random
) -> None:
    found = topics(asked)
    assert sorted(key for each in found for key in each.wordings) == sorted(asked)
    mixed = list(asked.items())
    shuffler.shuffle(mixed)
    assert topics(dict(mixed)) == found
