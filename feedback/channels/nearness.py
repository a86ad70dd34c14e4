"""Which way to a person comes before which: what can be used now, then what answers sooner."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from feedback.channels.delays import DAY, HOUR, MINUTE, Delay
from feedback.channels.hours import Standing
from feedback.requests.models import Way

# Within these lengths ways are as good as each other to who waits, and the company's order holds.
STEPS = (HOUR, DAY, 3 * DAY)
# What customers may expect where nothing is measured or stated.
PRESUMED: Mapping[Way, timedelta] = {
    Way.PHONE: 10 * MINUTE,
    Way.CHAT: 10 * MINUTE,
    Way.SHOP: HOUR,
    Way.MEETING: 3 * DAY,
    Way.POST: 5 * DAY,
}
USUAL = DAY
DIALLED = (Way.PHONE, Way.SMS)

Place = tuple[bool, bool, int, bool]


def place(
    way: Way,
    now: Standing,
    delay: Delay | None,
    at: datetime,
    *,
    on_phone: bool = False,
    is_known: bool = True,
) -> Place:
    """Return what ways are sorted by; among equals the company's order holds.

    What takes a call or a message at this moment comes before what does not, and of either what
    answers sooner. On a telephone the number to call leads, while it is known to be answered.
    """
    is_at_hand = now.is_open and way is not Way.POST  # nobody reads a letter on the day
    is_to_tap = on_phone and is_at_hand and way is Way.PHONE and is_known
    steps = steps_away(way if is_known else Way.FORM, now, delay, at)
    return not is_at_hand, not is_to_tap, steps, on_phone and way not in DIALLED


def steps_away(way: Way, now: Standing, delay: Delay | None, at: datetime) -> int:
    """Return how far off the answer is: 0 for within the hour, then a day, three days, and longer.

    What is closed answers once it is open again, and after its delay.
    """
    if now.is_open:
        waits = timedelta(0)
    elif now.opens_at is None:
        return len(STEPS)
    else:
        waits = now.opens_at - at
    wait = waits + (expected(delay) or PRESUMED.get(way, USUAL))
    return sum(wait > each for each in STEPS)


def expected(delay: Delay | None) -> timedelta | None:
    """Return within what time most are answered; None where it is not known."""
    return (delay.nine_in_ten or delay.median) if delay is not None else None
