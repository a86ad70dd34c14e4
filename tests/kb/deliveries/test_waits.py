"""Claims about how long a receiver is left alone, and about what its answers mean."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.deliveries.outcomes import Gone, NotTaken, Refused, check, retry_after
from kb.deliveries.waits import PATIENCE, SPREAD, WAITS, is_hopeless, is_over, wait_after

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHANCES = st.floats(0, 1)


@given(st.integers(1, 60), CHANCES, CHANCES)
def test_waits_grow_but_for_chance(failures: int, one: float, other: float) -> None:
    least = (1 - SPREAD) / (1 + SPREAD)
    assert wait_after(failures + 1, one) >= wait_after(failures, other) * least


@given(st.integers(1, 60), CHANCES, st.integers(0, 80_000))
def test_what_a_receiver_asks_for_is_granted(failures: int, chance: float, seconds: int) -> None:
    asked = timedelta(seconds=seconds)
    assert wait_after(failures, chance, asked) >= asked


def test_the_first_wait_is_of_seconds_and_the_last_of_hours() -> None:
    assert wait_after(1, 0.5) == timedelta(seconds=5)
    assert wait_after(99, 0.5) == WAITS[-1] == timedelta(hours=6)


def test_a_message_is_hopeless_only_after_three_days_of_refusals() -> None:
    refusals = next(each for each in range(1, 100) if is_hopeless(each))
    waited = sum((wait_after(each, 0.5) for each in range(1, refusals)), timedelta())
    assert waited >= PATIENCE >= waited - WAITS[-1]


def test_a_receiver_is_over_after_three_days() -> None:
    assert is_over(NOW - timedelta(days=3), NOW)
    assert not is_over(NOW - timedelta(days=2, hours=23), NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 120),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: int | None) -> None:
    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(value, NOW) == wanted


@pytest.mark.parametrize(
    ("status", "what"),
    [
        (301, NotTaken), (400, Refused), (401, NotTaken), (404, NotTaken), (409, Refused),
        (410, Gone), (413, Refused), (422, Refused), (429, NotTaken), (500, NotTaken),
        (503, NotTaken),
    ],
)  # fmt: skip
def test_an_answer_means_one_thing(status: int, what: type[NotTaken]) -> None:
    with pytest.raises(NotTaken) as caught:
        check(status, {"location": "https://other.example/"}, b"no\nway", NOW)
    assert type(caught.value) is what
    assert caught.value.status == status


def test_only_what_is_in_the_two_hundreds_was_taken() -> None:
    for status in (200, 201, 202, 204):
        check(status, {}, b"", NOW)
