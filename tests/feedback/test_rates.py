"""Claims about intervals of whole columns: they are those of one at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.rates import most_of_difference, most_of_ratio, wilsons
from feedback.statistics import Z_95, difference, ratio, wilson

counts = st.integers(0, 2_000).flatmap(lambda most: st.tuples(st.integers(0, most), st.just(most)))
pairs = st.lists(st.tuples(counts, counts), min_size=1, max_size=30)


@given(pairs, st.sampled_from([Z_95, 2.5758293035489004]))
def test_a_column_has_the_intervals_of_its_rows(
    rows: list[tuple[tuple[int, int], tuple[int, int]]], z: float
) -> None:
    before, after = (np.array([row[side] for row in rows]).T for side in (0, 1))
    old, new = wilsons(*before, z), wilsons(*after, z)
    one_by_one = [(wilson(*row[0], z), wilson(*row[1], z)) for row in rows]
    assert [(each.lower, each.upper, each.value) for each, _ in one_by_one] == list(
        zip(old.lower.tolist(), old.upper.tolist(), old.value.tolist(), strict=True)
    )
    assert [not each.is_too_few for each, _ in one_by_one] == old.is_enough.tolist()
    assert most_of_difference(old, new).tolist() == pytest.approx(
        [difference(*each).upper for each in one_by_one], abs=1e-15
    )
    assert most_of_ratio(before[1], after[1], exposure=0.7, z=z).tolist() == [
        ratio(row[0][1], row[1][1], exposure=0.7, z=z).upper for row in rows
    ]


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="more successes"):
        wilsons(np.array([1, 3]), np.array([1, 2]))
