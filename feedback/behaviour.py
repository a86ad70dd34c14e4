"""Tell programs from people by what they do: pure functions over what visits hold.

A person pauses: they read what they open, and stop when they have it. Only readings that fit into the
time of their visit show a person. Many people may share a network, so that a crowd is judged by what
share of it shows no person, never by its size alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import fmean, median, pstdev

FLOOD = 15  # different questions within a minute, typing counted once
FLOOD_WINDOW = timedelta(minutes=1)
CLOCKWORK = 12  # steps from which their spacing tells something
CLOCKWORK_SPREAD = 0.1  # deviation / mean of the pauses; people's is near 1
UNREAD_PAGES = 30  # opened in one visit, none read
UNREAD_VOTES = 5  # in one visit, on articles that were not open for as long as a glance
GLANCE = timedelta(seconds=2)
CLOCK_SLACK = timedelta(seconds=5)  # between the page's clock and ours
CROWD = 20  # visits without a person, in one network and day
LIFELESS_PEOPLE = 0.6  # share of people's visits in which nothing was read for 10 s
DEVIATIONS = 4.0  # beyond that share, so that chance hardly makes a crowd of people
HASTE_SECONDS = 30  # between the visits of a small crowd
LARGE_CROWD = 100
CHORUS = 15  # visitors of one network who vote alike on one article in one day
CHORUS_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Reading:
    """An article that was opened."""

    translation_id: int
    at: datetime
    read_seconds: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote."""

    translation_id: int
    at: datetime
    helpful: bool


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a visit holds. `asked_at`: the moments of its different questions."""

    visit_id: int
    started_at: datetime
    ended_at: datetime
    asked_at: tuple[datetime, ...] = ()
    readings: tuple[Reading, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    requests: int = 0


def is_program(deeds: Deeds) -> bool:
    """Tell whether no person can have made this visit.

    Visitors behind one address with the same browser share a visit: as long as somebody reads in it,
    speed alone proves nothing.
    """
    if _is_clockwork(deeds.asked_at) or _is_clockwork([each.at for each in deeds.readings]):
        return True
    return not shows_person(deeds) and (
        _is_flood(deeds.asked_at)
        or _is_flood([each.at for each in deeds.ballots])
        or len(deeds.readings) >= UNREAD_PAGES
        or _unread_votes(deeds) >= UNREAD_VOTES
    )


def shows_person(deeds: Deeds) -> bool:
    """Tell whether something was read, for no longer than there was time, or somebody written to."""
    return deeds.requests > 0 or any(
        each.read_seconds > 0
        and each.at + timedelta(seconds=each.read_seconds) <= deeds.ended_at + CLOCK_SLACK
        for each in deeds.readings
    )


def _is_flood(moments: Sequence[datetime]) -> bool:
    ordered = sorted(moments)
    return any(
        last - first <= FLOOD_WINDOW
        for first, last in zip(ordered, ordered[FLOOD - 1 :], strict=False)
    )


def _is_clockwork(moments: Sequence[datetime]) -> bool:
    """Tell whether the pauses between many steps are all but equal."""
    if len(moments) < CLOCKWORK:
        return False
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(sorted(moments))]
    return pstdev(pauses) <= CLOCKWORK_SPREAD * fmean(pauses)


def _unread_votes(deeds: Deeds) -> int:
    """Return on how many articles somebody voted who had not so much as glanced at them."""
    opened: dict[int, datetime] = {}
    for each in deeds.readings:
        first = opened.get(each.translation_id, each.at)
        opened[each.translation_id] = min(first, each.at)
    return sum(
        each.at - opened.get(each.translation_id, each.at) < GLANCE for each in deeds.ballots
    )


def crowd(visits: Sequence[Deeds]) -> frozenset[int]:
    """Return which visits of one network and day were made by a program under many names."""
    return _lifeless_crowd(visits) | _chorus(visits)


def _lifeless_crowd(visits: Sequence[Deeds]) -> frozenset[int]:
    lifeless = [each for each in visits if not shows_person(each)]
    if len(lifeless) < CROWD or not _is_beyond_chance(len(lifeless), len(visits)):
        return frozenset()
    if len(lifeless) < LARGE_CROWD and not _is_hasty([each.started_at for each in lifeless]):
        return frozenset()  # an office whose browsers run no scripts comes through the day
    return frozenset(each.visit_id for each in lifeless)


def _is_beyond_chance(lifeless: int, visits: int) -> bool:
    expected = LIFELESS_PEOPLE * visits
    deviation = sqrt(visits * LIFELESS_PEOPLE * (1 - LIFELESS_PEOPLE))
    return lifeless >= expected + DEVIATIONS * deviation


def _is_hasty(moments: Iterable[datetime]) -> bool:
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(sorted(moments))]
    return median(pauses) < HASTE_SECONDS


def _chorus(visits: Iterable[Deeds]) -> frozenset[int]:
    """Return the visits that voted alike on one article, where hardly any voted otherwise."""
    voters: dict[int, dict[int, bool]] = {}
    for visit in visits:
        for ballot in visit.ballots:
            voters.setdefault(ballot.translation_id, {})[visit.visit_id] = ballot.helpful
    found: set[int] = set()
    for answers in voters.values():
        answer, count = Counter(answers.values()).most_common(1)[0]
        if count >= CHORUS and count >= CHORUS_SHARE * len(answers):
            found |= {visit for visit, said in answers.items() if said is answer}
    return frozenset(found)
