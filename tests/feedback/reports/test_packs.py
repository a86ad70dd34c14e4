"""Claims about days packed as rows of numbers: pure calculation, whatever the rows."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.reports.articles_models import COUNTED
from feedback.reports.articles_signs import Numbers
from feedback.reports.packs import Rows, by_pair, joined, lines, packed
from feedback.reports.periods import Period
from tests.feedback.cast import START

FIRST = START.date()
Row = tuple[int, int, int]
days_of_rows = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 2**20)), max_size=6),
    max_size=40,
)


def together(days: list[list[Row]]) -> Rows:
    known = [(FIRST + timedelta(days=place), packed(rows, 3)) for place, rows in enumerate(days)]
    return joined(known, 3)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1))
@settings(max_examples=30)
def test_the_order_of_rows_leaves_no_trace(rows: list[tuple[int, int]]) -> None:
    assert packed(rows, 2) == packed(rows[::-1], 2)


@given(days_of_rows, st.sets(st.integers(-1, 9)))
@settings(max_examples=60)
def test_sums_are_those_of_the_rows(days: list[list[Row]], ids: set[int]) -> None:
    rows = together(days)
    expected: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    for one, other, number in (row for day in days for row in day):
        expected[one] += number
        pairs[one, other] += number
    assert rows.total(2, 10).tolist() == [expected[each] for each in range(10)]
    found = by_pair(rows[0], rows[1], rows.values[:, [2]])
    assert {pair: number for pair, (number,) in found} == dict(pairs)
    most = by_pair(rows[0], rows[1], rows.values[:, [2]], 1000)
    assert dict(most) == {pair: (number,) for pair, number in pairs.items() if number >= 1000}
    chosen = rows.having(0, ids)
    assert sorted(map(tuple, chosen.values.tolist())) == sorted(
        row for day in days for row in day if row[0] in ids
    )


@given(days_of_rows, st.integers(1, 800))
@settings(max_examples=50)
def test_a_small_line_holds_every_day_once(days: list[list[Row]], length: int) -> None:
    days = days[:length]
    period = Period(START, START + timedelta(days=length))
    by_day: dict[date, int] = {
        FIRST + timedelta(days=place): sum(number for one, _, number in rows if one == 3)
        for place, rows in enumerate(days)
    }
    line = lines(together(days), 2, [3], period)[3]
    assert len(line) <= 30
    stretch = -(-length // len(line))
    expected = [0] * len(line)
    for day, number in by_day.items():
        expected[(day - FIRST).days // stretch] += number
    assert line == expected


def test_articles_are_packed_in_the_order_in_which_they_are_read() -> None:
    assert tuple(Numbers.__slots__) == COUNTED
