"""Find what has risen in the current hours: loads counts, judges them by `detection`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.rises.asking import (
    Asking,
    asked_between,
    counted,
    first_asked,
    gaps_of,
    origins,
    others,
    wordings_of,
)
from feedback.rises.detection import FLOOR, Past, Rise, judge
from feedback.rises.topics import Key, Topic, asks, topics

STRETCHES = (
    timedelta(hours=1),
    timedelta(hours=3),
)  # a sharp rise shows in one, a slow one in three
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
DAYS, WEEKS = 28, 8  # of history

Meant = Callable[[Mapping[Key, str]], Mapping[Key, int]]
"""wordings, each as it was typed -> labels, equal for those that mean the same"""


@dataclass(frozen=True, slots=True)
class Found:
    """A question that rose: since when, and how far."""

    topic: Topic
    name: str
    started_at: datetime
    rise: Rise
    simulated: bool


def rises(now: datetime, meant: Meant | None = None) -> list[Found]:
    """Return what rose suddenly in the hours up to `now`, the least likely first.

    A question found in several stretches is told once, by the one that makes it least likely.
    """
    longest = max(STRETCHES)
    current = asked_between(now - longest, now)
    candidates = [
        each for each in _topics(current, meant) if len(origins(current, each.wordings)) >= FLOOR
    ]
    first = first_asked()
    if not candidates or first is None:
        return []
    history = _History(now, first)
    found = [_best(each, current, now, history) for each in candidates]
    return sorted((each for each in found if each), key=lambda each: (each.rise.chance, each.name))


def _topics(askings: Sequence[Asking], meant: Meant | None) -> list[Topic]:
    numbers = counted(askings)
    texts = {each.key: each.query for each in askings}
    return topics(numbers, gaps_of(numbers), meant(texts) if meant else None)


class _History:
    """The same hours of other days, loaded once for all topics."""

    def __init__(self, now: datetime, first: datetime) -> None:
        self.now = now
        self.first = first
        self._known: dict[timedelta, list[Asking]] = {}

    def at(self, shift: timedelta) -> list[Asking] | None:
        """Return the longest stretch as it was `shift` ago; None where nothing is known of it."""
        if self.now - shift - max(STRETCHES) < self.first:
            return None
        if shift not in self._known:
            until = self.now - shift
            self._known[shift] = asked_between(until - max(STRETCHES), until)
        return self._known[shift]

    def past(
        self, topic: Topic, stretch: timedelta, shifts: Iterable[timedelta], gaps: Mapping[Key, int]
    ) -> Past:
        """Return how often a topic and all else was asked in as long a stretch at these shifts."""
        own, rest = [], []
        for shift in shifts:
            askings = self.at(shift)
            if askings is None:
                break
            since = self.now - shift - stretch
            within = [each for each in askings if each.at >= since]
            keys = {each.key for each in within if asks(each.key, topic.wordings, gaps)}
            own.append(len(origins(within, keys)))
            rest.append(others(within, keys))
        return Past(own, rest)


def _best(
    topic: Topic,
    current: Sequence[Asking],
    now: datetime,
    history: _History,
) -> Found | None:
    known = wordings_of(topic.gap_id) if topic.gap_id else {}
    judged = []
    for stretch in STRETCHES:
        within = [each for each in current if each.at >= now - stretch]
        rise = judge(
            len(origins(within, topic.wordings)),
            others(within, topic.wordings),
            history.past(topic, stretch, (DAY * each for each in range(1, DAYS + 1)), known),
            history.past(topic, stretch, (WEEK * each for each in range(1, WEEKS + 1)), known),
        )
        if rise is not None and rise.is_sudden:
            judged.append((rise, within))
    if not judged:
        return None
    rise, within = min(judged, key=lambda each: each[0].chance)
    return _found(topic, [each for each in within if each.key in topic.wordings], rise)


def _found(topic: Topic, own: Sequence[Asking], rise: Rise) -> Found:
    name = next(each.query for each in reversed(own) if each.key == _named_by(topic, own))
    return Found(topic, name, own[0].at, rise, any(each.simulated for each in own))


def _named_by(topic: Topic, own: Sequence[Asking]) -> Key:
    asked = {each.key for each in own}
    return next(key for key in topic.wordings if key in asked)
