"""Which wordings of a group are no part of its gap: pure calculation.

Wordings that are near in meaning may fare quite differently: a lamp that goes on after a power cut,
which no article speaks of, and a lamp that gets warm, which one does. What is answered as it should
be waits for no answer, and its visitors would blur what an answer changes.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from feedback.statistics import wilson

MIN_VISITORS = 5  # who used a wording, from which their share says something
LESS = 0.5  # of the share of the others, at most, to be another matter

Name = TypeVar("Name", bound=Hashable)


def strays(counts: Mapping[Name, tuple[int, int]]) -> set[Name]:
    """Return the wordings whose visitors surely left without an answer less often than the others.

    `counts`: (left, all) visitors of each wording. Less often by half at least, so that a wording
    which merely fares a little better stays. Never all of them.
    """
    left = sum(each for each, _all in counts.values())
    everybody = sum(each for _left, each in counts.values())
    return {
        name
        for name, (own_left, own) in counts.items()
        if own >= MIN_VISITORS
        and _is_stray(own_left, own, rest_left=left - own_left, rest=everybody - own)
    }


def _is_stray(left: int, own: int, *, rest_left: int, rest: int) -> bool:
    if not rest:
        return False
    others = wilson(rest_left, rest).lower
    return left / own < LESS * others and wilson(left, own).upper < others
