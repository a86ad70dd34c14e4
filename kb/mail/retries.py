"""When a message that was not taken is tried again."""

from datetime import timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts in vain: twice as long each time, up to 6 hours.

    None once the waits before have come to three days: then nobody waits for the message any more.
    """
    if sum((_wait(number) for number in range(1, attempts)), timedelta()) >= GIVE_UP_AFTER:
        return None
    return _wait(attempts)


def _wait(number: int) -> timedelta:
    doublings = min(number - 1, 16)  # more would only overflow
    return min(FIRST_WAIT * int(2**doublings), LONGEST_WAIT)
