"""Arrays of numbers and of scores, and ascending lists put together."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def firsts(numbers: Numbers) -> Numbers:
    """Return where each number of an ascending list stands first."""
    is_first = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
    return is_first.nonzero()[0]


def in_any(found: Sequence[Numbers]) -> Numbers:
    """Return the numbers that are in any of some ascending lists, ascending."""
    every = np.sort(np.concatenate(found), kind="stable")
    return every[firsts(every)]


def in_all(found: Sequence[tuple[Numbers, Array]]) -> tuple[Numbers, Array]:
    """Return the numbers that are in all lists, with their least count."""
    common = reduce(np.intersect1d, [numbers for numbers, _ in found])
    counts = [counts[np.searchsorted(numbers, common)] for numbers, counts in found]
    return common, np.min(counts, axis=0)
