"""How soon somebody who writes or calls now can have an answer, by each way."""

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
