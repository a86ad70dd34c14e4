"""What can be used now comes first, whatever the delays and the hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.channels.delays import Delay
from feedback.channels.hours import Standing
from feedback.channels.nearness import place, steps_away
from feedback.requests.models import Way

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """A channel as it stands."""

    way: Way
    standing: Standing
    delay: Delay | None


spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9))
standings = st.one_of(
    st.just(Standing(is_open=True)),
    st.builds(
        lambda wait: Standing(is_open=False, opens_at=NOW + wait if wait else None),
        st.none() | spans,
    ),
)
delays = st.none() | st.builds(
    lambda span: Delay(median=span, nine_in_ten=span, is_measured=False, count=0), spans
)
channels = st.lists(st.builds(Known, st.sampled_from(Way), standings, delays), max_size=8)


def in_order(known: list[Known], *, on_phone: bool = False) -> list[Known]:
    """Return channels as a reader sees them."""
    return sorted(
        known, key=lambda each: place(each.way, each.standing, each.delay, NOW, on_phone=on_phone)
    )


@given(channels, st.booleans())
def test_what_is_open_comes_before_what_is_closed(known: list[Known], on_phone: bool) -> None:
    shown = [each for each in in_order(known, on_phone=on_phone) if each.way is not Way.POST]
    is_open = [each.standing.is_open for each in shown]
    assert is_open == sorted(is_open, reverse=True)


@given(channels)
def test_of_what_is_open_and_of_what_is_closed_the_sooner_answer_comes_first(
    known: list[Known],
) -> None:
    shown = [each for each in in_order(known) if each.way is not Way.POST]
    for is_open in (True, False):
        steps = [
            steps_away(each.way, each.standing, each.delay, NOW)
            for each in shown
            if each.standing.is_open is is_open
        ]
        assert steps == sorted(steps)


@given(channels)
def test_a_phone_shows_first_the_number_that_is_answered(known: list[Known]) -> None:
    answered = [each for each in known if each.way is Way.PHONE and each.standing.is_open]
    assert all(each in answered for each in in_order(known, on_phone=True)[: len(answered)])
