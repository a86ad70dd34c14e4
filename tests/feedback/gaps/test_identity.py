"""Claims about which gap is which from one run to the next."""

import random

from hypothesis import given
from hypothesis import strategies as st

from feedback.gaps.identity import Key, identify


def key(word: str) -> Key:
    return "search", "en", word


def group(**visitors: int) -> dict[Key, int]:
    return {key(word): count for word, count in visitors.items()}


def kept(**gaps: int) -> dict[Key, int]:
    return {key(word): gap for word, gap in gaps.items()}


def test_a_group_is_the_gap_with_which_it_shares_the_most_visitors() -> None:
    same = identify(kept(wrap=1, ribbon=2), [group(wrap=9, paper=3), group(ribbon=2, wrap=1)])
    assert same.gap_of == (1, 2)


def test_new_words_make_a_new_gap() -> None:
    assert identify(kept(wrap=1), [group(volume=5)]).gap_of == (None,)


def test_when_a_gap_splits_its_largest_part_keeps_the_identity() -> None:
    same = identify(kept(wrap=1, ribbon=1, paper=1), [group(ribbon=2), group(wrap=5, paper=1)])
    assert same.gap_of == (None, 1)


def test_when_gaps_merge_the_one_that_gave_most_stays_and_the_other_points_to_it() -> None:
    same = identify(kept(wrap=1, ribbon=2), [group(wrap=2, ribbon=7)])
    assert (same.gap_of, same.merged) == ((2,), {1: 2})


def test_a_gap_that_people_work_on_is_never_merged_away() -> None:
    same = identify(kept(wrap=1, ribbon=2), [group(wrap=2, ribbon=7)], own={1})
    assert (same.gap_of, same.merged, same.apart) == ((2,), {}, frozenset({1}))


def test_of_equals_the_older_gap_stays() -> None:
    assert identify(kept(wrap=2, ribbon=1), [group(wrap=3, ribbon=3)]).gap_of == (1,)


WORDS = st.sampled_from("abcdefghij")


@given(
    st.dictionaries(WORDS, st.integers(1, 4)),
    st.lists(st.dictionaries(WORDS, st.integers(1, 9), min_size=1), max_size=5),
    st.randoms(use_true_random=False),
)
def test_the_order_of_groups_and_words_decides_nothing(
    known: dict[str, int], groups: list[dict[str, int]], chance: random.Random
) -> None:
    # A wording is in one group only, as the finder gives them.
    seen: set[str] = set()
    parts = []
    for each in groups:
        part = {key(word): count for word, count in each.items() if word not in seen}
        seen |= each.keys()
        if part:
            parts.append(part)
    before = {key(word): gap for word, gap in known.items()}
    straight = identify(before, parts)
    order = list(range(len(parts)))
    chance.shuffle(order)
    shuffled = identify(
        dict(sorted(before.items(), reverse=True)),
        [dict(reversed(parts[each].items())) for each in order],
    )
    assert (
        tuple(shuffled.gap_of[order.index(each)] for each in range(len(parts))) == straight.gap_of
    )
    assert shuffled.merged == straight.merged


@given(
    st.dictionaries(WORDS, st.integers(1, 4)),
    st.lists(st.sets(WORDS, min_size=1), max_size=5),
)
def test_no_gap_is_two_groups_and_none_is_merged_into_itself(
    known: dict[str, int], groups: list[set[str]]
) -> None:
    same = identify(
        {key(word): gap for word, gap in known.items()},
        [{key(word): 1 for word in each} for each in groups],
    )
    continuing = [each for each in same.gap_of if each is not None]
    assert len(continuing) == len(set(continuing))
    assert not set(same.merged) & set(continuing)
    assert set(same.merged.values()) <= set(continuing)
