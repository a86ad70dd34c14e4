"""Which digest is due, whatever the hour, the season and the year."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.digests.editions import MORNING, last_edition
from feedback.digests.models import Frequency

PARIS = "Europe/Paris"
moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2040, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(PARIS))


@pytest.mark.parametrize(
    ("frequency", "now", "key"),
    [
        (Frequency.WEEKLY, "2026-11-23T07:00", "2026-W47"),
        (Frequency.WEEKLY, "2026-11-23T06:59", "2026-W46"),
        (Frequency.WEEKLY, "2026-11-29T23:59", "2026-W47"),
        (Frequency.WEEKLY, "2027-01-04T08:00", "2026-W53"),
        (Frequency.MONTHLY, "2026-12-01T07:00", "2026-11"),
        (Frequency.MONTHLY, "2026-12-01T06:59", "2026-10"),
        (Frequency.MONTHLY, "2027-01-31T12:00", "2026-12"),
    ],
)
def test_a_digest_is_of_the_last_whole_week_or_month(
    frequency: Frequency, now: str, key: str
) -> None:
    assert last_edition(frequency, _at(now), PARIS).key == key


@given(
    now=moments,
    frequency=st.sampled_from(Frequency),
    zone=st.sampled_from([PARIS, "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"]),
)
def test_an_edition_is_over_and_due_and_the_next_one_begins_where_it_ends(
    now: datetime, frequency: Frequency, zone: str
) -> None:
    edition = last_edition(frequency, now, zone)
    assert edition.period.since < edition.period.until <= edition.due_at <= now
    assert edition.due_at.time() == MORNING
    assert edition.period.since.time() == edition.period.until.time() == time.min
    next_one = last_edition(frequency, edition.due_at + timedelta(days=32), zone)
    following = last_edition(frequency, now + timedelta(days=7), zone)
    assert next_one.key != edition.key
    assert following.period.since >= edition.period.since
    if frequency is Frequency.WEEKLY:
        assert following.period.since.date() == edition.period.until.date()
        assert edition.period.since.weekday() == 0
    else:
        assert edition.period.since.day == edition.period.until.day == 1
