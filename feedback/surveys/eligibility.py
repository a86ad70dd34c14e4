"""Who is asked which question: pure functions."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.surveys.models import After, Survey

SCORES = {Survey.CSAT: range(1, 6), Survey.NPS: range(11)}
HASH_RANGE = 2**64


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks against asking somebody.

    `asked_at`: when they were asked before, as far as is known. `is_marked`: their browser says that
    they were asked within the pause. `is_left_alone`: robots, staff, and who asks for privacy.
    """

    asked_at: tuple[datetime, ...] = ()
    is_marked: bool = False
    is_left_alone: bool = False


def may_be_asked(standing: Standing, at: datetime, pause: timedelta) -> bool:
    """Tell whether somebody may be asked anything at `at`: never twice within the pause."""
    return not (
        standing.is_left_alone or standing.is_marked or is_within(standing.asked_at, at, pause)
    )


def is_within(moments: Iterable[datetime], at: datetime, pause: timedelta) -> bool:
    """Tell whether one of the moments lies less than `pause` from `at`."""
    return any(abs(at - each) < pause for each in moments)


def is_sampled(visitor: str, share: float) -> bool:
    """Tell whether a visitor belongs to the sample, by hash: the same answer each time.

    Whoever is in a sample is in every larger one; 0 takes nobody, 1 everybody.
    """
    digest = hashlib.sha256(f"nps:{visitor}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * HASH_RANGE


def choose(
    visitor: str, after: After, standing: Standing, *, at: datetime, pause: timedelta, share: float
) -> Survey | None:
    """Return the one question to ask, None for none.

    A small sample is asked about the company, all others about what has just happened; after a
    request everybody is asked how it was dealt with.
    """
    if not may_be_asked(standing, at, pause):
        return None
    if after is not After.REQUEST and is_sampled(visitor, share):
        return Survey.NPS
    return Survey.CSAT


def is_score(survey: Survey, score: int) -> bool:
    """Tell whether a question can be answered so."""
    return score in SCORES[survey]
