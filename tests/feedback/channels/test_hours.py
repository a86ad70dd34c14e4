"""Opening hours, on made-up weeks and real clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.channels.hours import (
    WHOLE_DAY,
    BadTime,
    Overlapping,
    Schedule,
    Special,
    Standing,
    Stretch,
    checked,
    parse_time,
    spelled,
    standing,
    stretch_between,
)

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
NINE_TO_FIVE = (Stretch(9 * 60, 17 * 60),)
WORKING_WEEK = (NINE_TO_FIVE,) * 5 + ((), ())
NIGHT = (Stretch(22 * 60, 26 * 60),)

stretches = st.builds(
    lambda begins, length: Stretch(begins, begins + length),
    st.integers(0, 1_439),
    st.integers(1, 1_440),
)
days = st.lists(stretches, max_size=2).map(tuple)
zones = st.sampled_from([PARIS, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
moments = st.integers(0, 14 * 30 * 1_440).map(
    lambda each: datetime(2025, 12, 1, tzinfo=UTC) + each * MINUTE
)
schedules = st.builds(
    Schedule,
    zones,
    st.lists(days, min_size=7, max_size=7).map(tuple),
    st.dictionaries(
        st.dates(date(2025, 12, 1), date(2027, 1, 31)), st.builds(Special, days), max_size=5
    ),
)


def paris(*parts: int) -> datetime:
    """Return a moment of Paris."""
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[arg-type,misc]


@given(schedules, moments)
def test_the_next_opening_is_the_first_open_moment(schedule: Schedule, now: datetime) -> None:
    found = standing(schedule, now)
    if found.opens_at is None:
        return
    assert not found.is_open
    assert found.opens_at > now
    assert standing(schedule, found.opens_at).is_open
    assert not standing(schedule, found.opens_at - MINUTE).is_open
    between = now + (found.opens_at - now) / 2
    assert between >= found.opens_at or not standing(schedule, between).is_open


@given(schedules, moments)
def test_the_closing_is_the_first_closed_moment(schedule: Schedule, now: datetime) -> None:
    found = standing(schedule, now)
    if found.closes_at is None:
        return
    assert found.is_open
    assert found.closes_at > now
    assert not standing(schedule, found.closes_at).is_open
    assert standing(schedule, found.closes_at - MINUTE).is_open


@given(schedules, moments)
def test_it_is_open_exactly_within_a_stretch_of_the_day_or_of_a_night_begun_before(
    schedule: Schedule, now: datetime
) -> None:
    local = now.astimezone(schedule.timezone)
    if local.utcoffset() != (local - timedelta(days=2)).utcoffset():
        return  # clocks have just changed: told by the examples below
    if local.utcoffset() != (local + timedelta(days=2)).utcoffset():
        return
    minute = local.hour * 60 + local.minute
    expected = any(
        each.begins <= minute + 1_440 * back < each.ends
        for back in (0, 1)
        for each in schedule.stretches_of(local.date() - timedelta(days=back))
    )
    assert standing(schedule, now).is_open is expected


@given(moments, zones)
def test_without_hours_it_is_always_open(now: datetime, zone: ZoneInfo) -> None:
    assert standing(Schedule(zone), now) == Standing(is_open=True)


def test_a_channel_that_never_opens_says_so() -> None:
    never = Schedule(PARIS, ((),) * 7)
    assert standing(never, paris(2026, 11, 23, 12)) == Standing(is_open=False)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (paris(2026, 11, 23, 8, 59), paris(2026, 11, 23, 9)),  # before work
        (paris(2026, 11, 23, 17), paris(2026, 11, 24, 9)),  # the end is closed already
        (paris(2026, 11, 27, 18), paris(2026, 11, 30, 9)),  # over the weekend
        (paris(2026, 10, 23, 18), paris(2026, 10, 26, 9)),  # clocks go back on that Sunday
        (paris(2026, 3, 27, 18), paris(2026, 3, 30, 9)),  # and forward on this one
    ],
)
def test_it_opens_when_the_clock_of_its_place_says_so(now: datetime, opens: datetime) -> None:
    assert standing(Schedule(PARIS, WORKING_WEEK), now).opens_at == opens


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    friday_night = Schedule(PARIS, ((),) * 4 + (NIGHT,) + ((),) * 2)
    assert standing(friday_night, paris(2026, 11, 28, 1, 59)).is_open
    assert not standing(friday_night, paris(2026, 11, 28, 2)).is_open
    assert not standing(friday_night, paris(2026, 11, 27, 1)).is_open


def test_the_hour_that_clocks_jump_over_begins_with_the_jump() -> None:
    # On 29 March 2026 in Paris 02:00 is followed by 03:00.
    half_past_two = Schedule(PARIS, (((),) * 6) + ((Stretch(150, 300),),))
    opens = standing(half_past_two, paris(2026, 3, 29, 1)).opens_at
    assert opens is not None
    assert opens.astimezone(UTC) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_open_twice() -> None:
    # On 25 October 2026 in Paris 03:00 is followed by 02:00 once.
    until_half_past_two = Schedule(PARIS, (((),) * 6) + ((Stretch(60, 150),),))
    for hour in (0, 1):
        at = datetime(2026, 10, 25, hour, 15, tzinfo=UTC)
        assert standing(until_half_past_two, at).is_open
    assert not standing(until_half_past_two, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)).is_open


def test_holidays_close_it_and_exceptions_outdo_holidays() -> None:
    christmas, eve = date(2026, 12, 25), date(2026, 12, 24)
    shop = Schedule(
        PARIS,
        WORKING_WEEK,
        {eve: Special((Stretch(9 * 60, 14 * 60),), "Christmas Eve")},
        lambda day: "Christmas Day" if day == christmas else "",
    )
    at_three = standing(shop, paris(2026, 12, 24, 15))
    assert (at_three.is_open, at_three.why) == (False, "Christmas Eve")
    assert at_three.opens_at == paris(2026, 12, 28, 9)  # Friday is Christmas, then a weekend
    assert standing(shop, paris(2026, 12, 25, 10)).why == "Christmas Day"
    open_on_christmas = Schedule(PARIS, WORKING_WEEK, {christmas: Special(WHOLE_DAY)}, shop.holiday)
    assert standing(open_on_christmas, paris(2026, 12, 25, 23)).is_open


@given(st.integers(0, 1_440))
def test_a_time_reads_back_as_it_is_spelled(minutes: int) -> None:
    assert parse_time(spelled(minutes)) == minutes


@pytest.mark.parametrize("text", ["", "25", "9:60", "24:01", "nine", "9:5"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        parse_time(text)


def test_a_stretch_that_ends_before_it_begins_goes_past_midnight() -> None:
    assert stretch_between("22", "2h00") == NIGHT[0]
    assert stretch_between("0:00", "24:00") == WHOLE_DAY[0] == stretch_between("0", "0")


def test_stretches_that_overlap_are_refused() -> None:
    with pytest.raises(Overlapping):
        checked([Stretch(60, 120), Stretch(119, 180)])
    assert checked([Stretch(120, 180), Stretch(60, 120)]) == (Stretch(60, 120), Stretch(120, 180))
