"""Claims about the steps of time lines."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.periods import Period
from feedback.reports.timeline import Step, place, step_of, stretches, summed

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
lengths = st.integers(1, 800)


def period_of(first: date, length: int) -> Period:
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return Period(since, since + timedelta(days=length))


@given(days, lengths, st.sampled_from(Step))
def test_every_day_lies_in_exactly_one_step(first: date, length: int, step: Step) -> None:
    found = stretches(period_of(first, length), step)
    every = [first + timedelta(days=each) for each in range(length)]
    assert summed(dict.fromkeys(every, 1), found) == tuple(
        (each.last - each.first).days + 1 for each in found
    )
    assert sum(summed(dict.fromkeys(every, 1), found)) == length
    assert [place(each, found) for each in every] == sorted(
        index for index, each in enumerate(found) for _ in range((each.last - each.first).days + 1)
    )


@given(days, lengths)
def test_a_line_has_about_thirty_points_at_most(first: date, length: int) -> None:
    period = period_of(first, length)
    assert len(stretches(period, step_of(period))) <= 31


def test_months_are_those_of_the_calendar() -> None:
    found = stretches(period_of(date(2026, 1, 15), 50), Step.MONTH)
    assert [(each.first, each.last, each.is_whole) for each in found] == [
        (date(2026, 1, 15), date(2026, 1, 31), False),
        (date(2026, 2, 1), date(2026, 2, 28), True),
        (date(2026, 3, 1), date(2026, 3, 5), False),
    ]


def test_weeks_end_with_the_period_so_that_the_newest_is_whole() -> None:
    found = stretches(period_of(date(2026, 1, 1), 10), Step.WEEK)
    assert [(each.last - each.first).days + 1 for each in found] == [3, 7]
    assert [each.is_whole for each in found] == [False, True]


def test_a_day_outside_has_no_place() -> None:
    steps = stretches(period_of(date(2026, 1, 1), 7), Step.DAY)
    assert place(date(2026, 1, 8), steps) is None
