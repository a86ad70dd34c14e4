"""Claims about wordings that are no part of the gap they were joined to."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.gaps.belonging import strays

COUNTS = st.dictionaries(
    st.text(max_size=3),
    st.tuples(st.integers(0, 80), st.integers(0, 80)).map(lambda pair: (pair[0], sum(pair))),
    max_size=8,
)


def test_what_is_answered_as_it_should_be_leaves_what_is_not() -> None:
    counts = {
        "after a power cut": (87, 106),
        "when the fuse tripped": (68, 100),
        "gets warm": (6, 69),
    }
    assert strays(counts) == {"gets warm"}


def test_what_merely_fares_a_little_better_stays() -> None:
    assert strays({"refund": (85, 156), "paypal refund": (74, 165), "money": (50, 60)}) == set()


def test_two_visitors_prove_nothing() -> None:
    assert strays({"power cut": (40, 50), "warm": (0, 2)}) == set()


@given(COUNTS)
def test_a_gap_is_never_left_without_words(counts: dict[str, tuple[int, int]]) -> None:
    assert not counts or strays(counts) < set(counts)


@given(COUNTS, st.integers(2, 5))
def test_who_leaves_less_often_leaves_first(counts: dict[str, tuple[int, int]], more: int) -> None:
    for name in strays(counts):
        left, everybody = counts[name]
        fewer = {**counts, name: (left // more, everybody)}
        assert name in strays(fewer)
