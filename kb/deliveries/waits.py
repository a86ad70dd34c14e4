"""How long to wait before a receiver is tried again. Plain calculation."""

from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=6),  # and again, as long as it takes
)
SPREAD = 0.2  # of a wait, either way: many senders must not come back at one instant
PATIENCE = timedelta(days=3)  # after which a person is asked
LONGEST_ASKED = timedelta(days=1)  # what a receiver may ask for by Retry-After


def wait_after(failures: int, chance: float, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many failures in a row; never less than a receiver asks for.

    `chance`, from 0 to 1, moves the wait by up to a fifth.
    """
    usual = WAITS[min(max(failures, 1), len(WAITS)) - 1] * (1 + SPREAD * (2 * chance - 1))
    return max(usual, min(asked or timedelta(), LONGEST_ASKED))


def is_hopeless(refusals: int) -> bool:
    """Tell whether a message was refused so often that days have passed over it."""
    waited = (WAITS[min(each, len(WAITS)) - 1] for each in range(1, refusals))
    return sum(waited, timedelta()) >= PATIENCE


def is_over(since: datetime, now: datetime) -> bool:
    """Tell whether something has failed for so long that waiting alone does not help."""
    return now - since >= PATIENCE
