"""Claims about the stretch of time that a report covers."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback.reports.periods import Period, PeriodRefused, period_between

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # already the 23rd in Paris


def between(since: str | None = None, until: str | None = None) -> Period:
    return period_between(since, until, now=NOW, timezone="Europe/Paris")


def test_by_default_it_is_the_last_thirty_days_today_included() -> None:
    period = between()
    assert (period.since.date().isoformat(), period.last_day.isoformat(), period.days) == (
        "2026-10-25", "2026-11-23", 30,
    )  # fmt: skip


def test_both_days_are_included_in_the_site_s_time_zone() -> None:
    period = between("2026-11-01", "2026-11-01")
    assert period.since.astimezone(UTC) == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert period.until - period.since == timedelta(days=1)


def test_the_previous_period_ends_where_this_one_begins_and_is_as_long() -> None:
    period = between("2026-11-01", "2026-11-10")
    assert period.previous.until == period.since
    assert period.previous.days == period.days


@pytest.mark.parametrize(
    ("since", "until"),
    [("yesterday", None), ("2026-11-31", None), ("2026-11-10", "2026-11-01"), ("0001-01-01", None)],
)
def test_dates_that_make_no_period_are_refused_with_words(since: str, until: str | None) -> None:
    with pytest.raises(PeriodRefused, match=r"\w"):
        between(since, until)


def test_the_longest_period_has_one_before_it() -> None:
    assert between("2000-01-01", "2999-12-31").previous.since.year > 0


def test_a_day_so_far_ahead_that_nothing_precedes_the_period_is_refused() -> None:
    with pytest.raises(PeriodRefused):
        between("2000-01-01", "9000-12-31")
