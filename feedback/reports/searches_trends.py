"""Which wordings are asked more than before, and which less: pure calculation over two counts."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from feedback.statistics import Difference, ratio

Z_999 = 3.2905267314919255  # two-sided 99.9%: thousands of wordings are looked at together
LEAST = 10  # visitors, on the side that has more: fewer are too few to tell

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Trend(Generic[K]):
    """How many asked before and now, and by which factor that changed (99.9% interval)."""

    key: K
    before: int
    now: int
    factor: Difference

    @property
    def is_rise(self) -> bool:
        """Tell whether it surely is asked more."""
        return self.factor.lower > 1


def trends(before: Mapping[K, int], now: Mapping[K, int], exposure: float = 1.0) -> list[Trend[K]]:
    """Return what surely rose or fell, the largest changes first.

    `exposure`: how much more was asked now than before by all together; a factor is what exceeds it.
    """
    found = []
    for key in before.keys() | now.keys():
        old, new = before.get(key, 0), now.get(key, 0)
        if max(old, new) < LEAST:
            continue
        factor = ratio(old, new, exposure=exposure, z=Z_999)
        if factor.lower > 1 or factor.upper < 1:
            found.append(Trend(key, old, new, factor))
    return sorted(found, key=lambda each: (-abs(each.now - exposure * each.before), str(each.key)))
