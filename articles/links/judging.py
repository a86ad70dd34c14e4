"""What the answers of a site mean for a link, and when to ask again. Plain Python.

A page that was taken away (410) is believed at once; one that is not found must be so on two different
days, as many sites answer so while they are being put up again. Whatever else may pass (no answer, an
error of the server, a name that is not found) must happen on three. A site that keeps programs out, or
speaks to browsers alone, says nothing about its pages.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from articles.links.models import LinkState

GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
DAYS_TO_BREAK = {"gone": 2, "trouble": 3}  # different days without a good answer
ANOTHER_DAY = timedelta(hours=20)
AGAIN_WELL = timedelta(days=7)
AGAIN_KEPT_OUT = timedelta(days=14)
AGAIN_CLOSED = timedelta(days=30)  # robots.txt, or a network that is not ours to ask
AGAIN_BUSY = timedelta(hours=1)
WAITS = tuple(timedelta(days=days) for days in (1, 2, 3, 7, 14, 30))  # by failures so far


class Sort(StrEnum):
    """What kind of answer there was."""

    GOOD = "good"
    GONE = "gone"
    TROUBLE = "trouble"
    KEPT_OUT = "kept-out"
    CLOSED = "closed"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking: `trouble` is a word for what was wrong, `moved_to` where it is for ever."""

    sort: Sort
    status: int | None = None
    trouble: str = ""
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a link between two questions."""

    state: LinkState = LinkState.UNKNOWN
    status: int | None = None
    trouble: str = ""
    moved_to: str = ""
    failures: int = 0
    failed_at: datetime | None = None
    broken_since: datetime | None = None
    next_at: datetime | None = None


def sort_of(status: int) -> Sort:
    """Return what a final status says.

    All refusals (4xx) but those of a page that is not there are about who asks and how: readers may
    well get in. Numbers that no standard knows, such as 999, are refusals of programs too.
    """
    if status in GONE:
        return Sort.GONE
    if 200 <= status < 400:
        return Sort.GOOD
    is_ours = 400 <= status < 500 and status != HTTPStatus.REQUEST_TIMEOUT
    return Sort.KEPT_OUT if is_ours or status >= 600 else Sort.TROUBLE


def judge(before: Standing, outcome: Outcome, now: datetime) -> Standing:
    """Return how a link stands after an answer. What a person ignores is never judged."""
    if before.state is LinkState.IGNORED:
        return before
    match outcome.sort:
        case Sort.BUSY:  # nothing was learnt
            return replace(before, next_at=now + AGAIN_BUSY)
        case Sort.GOOD:
            state = LinkState.MOVED if outcome.moved_to else LinkState.WORKING
            return Standing(
                state, outcome.status, moved_to=outcome.moved_to, next_at=now + AGAIN_WELL
            )
        case Sort.KEPT_OUT | Sort.CLOSED:
            wait = AGAIN_KEPT_OUT if outcome.sort is Sort.KEPT_OUT else AGAIN_CLOSED
            return Standing(LinkState.UNKNOWN, outcome.status, outcome.trouble, next_at=now + wait)
        case Sort.GONE | Sort.TROUBLE:
            return _failed(before, outcome, now)


def _failed(before: Standing, outcome: Outcome, now: datetime) -> Standing:
    is_other_day = before.failed_at is None or now - before.failed_at >= ANOTHER_DAY
    failures = before.failures + 1 if is_other_day else before.failures
    is_broken = (
        outcome.status == HTTPStatus.GONE
        or failures >= DAYS_TO_BREAK[outcome.sort.value]
        or before.state is LinkState.BROKEN
    )
    return Standing(
        state=LinkState.BROKEN if is_broken else before.state,
        status=outcome.status,
        trouble=outcome.trouble,
        moved_to=before.moved_to if not is_broken else "",
        failures=failures,
        failed_at=now if is_other_day else before.failed_at,
        broken_since=(before.broken_since or now) if is_broken else None,
        next_at=now + WAITS[min(failures, len(WAITS)) - 1],
    )
