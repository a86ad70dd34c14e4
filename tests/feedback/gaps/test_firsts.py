"""Claims about visitors counted by sums."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.gaps.firsts import Seen, firsts

START = date(2026, 1, 1)
days = st.integers(0, 12)
visits = st.lists(st.tuples(days, st.sampled_from("abcd"), st.booleans()), max_size=40)


@given(visits, days, days)
def test_the_sum_over_any_days_is_the_number_of_distinct_visitors(
    said: list[tuple[int, str, bool]], one: int, other: int
) -> None:
    rows = [
        Seen(number, START + timedelta(days=day), who, in_vain, is_first=False, seen_on=None)
        for number, (day, who, in_vain) in enumerate(sorted(said))
    ]
    since, until = START + timedelta(days=min(one, other)), START + timedelta(days=max(one, other))
    found = firsts(rows)
    summed = sum(
        row.id in found and ((before := found[row.id]) is None or before < since)
        for row in rows
        if since <= row.day <= until
    )
    assert summed == len(
        {row.visitor for row in rows if row.is_in_vain and since <= row.day <= until}
    )
