"""Which group found today is which gap kept: pure calculation over the wordings that they share.

Wordings carry identity. Each group found takes the gap with which it shares the most visitors, each
gap at most one group. So when a gap splits, its largest part stays the gap and the others are new;
when gaps merge, the one that gave most stays and the others point to it, until a run parts them again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

Key = tuple[str, str, str]
"""(source, locale, normalised): what was asked in the same words"""


@dataclass(frozen=True, slots=True)
class Identities:
    """What became of gaps and groups.

    `gap_of`: for each group the gap that it is, None for a new one. `merged`: gap -> the gap that it
    is one with now. `apart`: gaps found in the group of another, which people work on all the same.
    """

    gap_of: tuple[int | None, ...]
    merged: Mapping[int, int] = field(default_factory=dict)
    apart: frozenset[int] = frozenset()


def identify(
    kept: Mapping[Key, int], found: Sequence[Mapping[Key, int]], *, own: Set[int] = frozenset()
) -> Identities:
    """Match groups (wording -> visitors who asked so) with gaps (`kept`: wording -> gap).

    `own`: gaps that people work on, which are never merged into another. The order of `found` and of
    its wordings decides nothing.
    """
    shared = Counter(
        {
            (gap, number): weight
            for number, group in enumerate(found)
            for gap, weight in _weights(kept, group).items()
        }
    )
    gap_of = _one_to_one(shared, found)
    continuing = set(gap_of.values())
    lost = {gap: home for gap, home in _homes(shared, gap_of).items() if gap not in continuing}
    return Identities(
        gap_of=tuple(gap_of.get(number) for number in range(len(found))),
        merged={gap: home for gap, home in lost.items() if gap not in own},
        apart=frozenset(lost.keys() & own),
    )


def _weights(kept: Mapping[Key, int], group: Mapping[Key, int]) -> Counter[int]:
    weights: Counter[int] = Counter()
    for key, visitors in group.items():
        if key in kept:
            weights[kept[key]] += visitors
    return weights


def _one_to_one(
    shared: Mapping[tuple[int, int], int], found: Sequence[Mapping[Key, int]]
) -> dict[int, int]:
    """Return the gap of each group: the strongest ties first; of equals the older gap."""
    names = [min(group, default=("", "", "")) for group in found]
    ranked = sorted(shared, key=lambda pair: (-shared[pair], pair[0], names[pair[1]]))
    gap_of: dict[int, int] = {}
    taken: set[int] = set()
    for gap, number in ranked:
        if gap not in taken and number not in gap_of:
            gap_of[number] = gap
            taken.add(gap)
    return gap_of


def _homes(shared: Mapping[tuple[int, int], int], gap_of: Mapping[int, int]) -> dict[int, int]:
    """Return for each gap the one in whose group most of it is found."""
    best: dict[int, tuple[int, int]] = {}
    for (gap, number), weight in shared.items():
        if number in gap_of:
            best[gap] = max(best.get(gap, (0, 0)), (weight, -gap_of[number]))
    return {gap: -target for gap, (_weight, target) in best.items()}
