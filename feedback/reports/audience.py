"""Visitors, visits and searches of a part of the articles, over any stretch of days.

Counts of distinct visitors do not add up over days or articles. So each day keeps who came and what
for, packed in numbers; two years of it are read and counted in a fraction of a second, exactly. A
visitor's number is that of their first visit: no hash is kept, and what is left of it after the visits
are erased leads to nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBER = "<i4"
FIELDS = [("visitor", NUMBER), ("visit", NUMBER), ("subject", NUMBER)]


@dataclass(frozen=True, slots=True)
class Presence:
    """A visit of a day and one translation that it searched for or read, 0 for a visit without any."""

    visitor: int
    visit: int
    subject: int


def packed(presences: Iterable[Presence]) -> tuple[bytes, bytes]:
    """Return (distinct visitors, pairs) of one day as bytes; the same presences give the same bytes."""
    rows = sorted({(each.visitor, each.visit, each.subject) for each in presences})
    pairs = np.array(rows, dtype=FIELDS)
    return np.unique(pairs["visitor"]).tobytes(), pairs.tobytes()


def _count(numbers: NDArray[Any]) -> int:
    """Return how many numbers differ; they are nearly dense, so that ticking them off beats sorting."""
    if not len(numbers):
        return 0
    ticked = np.zeros(int(numbers.max()) - int(numbers.min()) + 1, dtype=bool)
    ticked[numbers - numbers.min()] = True
    return int(np.count_nonzero(ticked))


def distinct(visitors: Iterable[bytes]) -> int:
    """Return how many different visitors came on any of these days."""
    return _count(np.frombuffer(b"".join(visitors), dtype=NUMBER))


def _about(pairs: bytes, subjects: NDArray[Any]) -> NDArray[Any]:
    """Return the pairs that concern one of the subjects; `subjects` is a table of yes or no by id."""
    rows = np.frombuffer(pairs, dtype=FIELDS)
    found: NDArray[Any] = rows[subjects[np.minimum(rows["subject"], len(subjects) - 1)]]
    return found


def _table(subjects: Iterable[int]) -> NDArray[Any]:
    """Return yes or no by id; one more place at the end says no to all ids beyond."""
    wanted = np.fromiter(subjects, dtype=np.int64)
    table = np.zeros(int(wanted.max(initial=0)) + 2, dtype=bool)
    table[wanted] = True
    return table


@dataclass(frozen=True, slots=True)
class Attendance:
    """Visits of each day (in the order given), and different visitors of all days together."""

    visits: tuple[int, ...]
    visitors: int


def attendance(days: Iterable[bytes], subjects: Iterable[int]) -> Attendance:
    """Return who came for any of the `subjects`; `days` are the pairs of each day."""
    table = _table(subjects)
    found = [_about(pairs, table) for pairs in days]
    visitors = [rows["visitor"] for rows in found]
    return Attendance(
        tuple(len(np.unique(rows["visit"])) for rows in found),
        _count(np.concatenate(visitors)) if visitors else 0,
    )


def visitors_by_group(days: Iterable[bytes], groups: Mapping[int, int]) -> dict[int, int]:
    """Return different visitors of each group of translations; `groups` gives a translation's group."""
    rows = np.frombuffer(b"".join(days), dtype=FIELDS)
    table = np.full(max(groups, default=0) + 2, -1, dtype=np.int64)
    table[list(groups)] = list(groups.values())
    group = table[np.minimum(rows["subject"], len(table) - 1)]
    return {each: _count(rows["visitor"][group == each]) for each in sorted(set(groups.values()))}


def packed_counts(counts: Mapping[int, Sequence[int]], width: int) -> bytes:
    """Return counts of each subject, `width` numbers each, as bytes."""
    rows = [[subject, *counts[subject]] for subject in sorted(counts)]
    return np.array(rows, dtype=NUMBER).reshape(len(rows), width + 1).tobytes()


def counts_by_subject(days: Iterable[bytes], width: int) -> dict[int, tuple[int, ...]]:
    """Return the counts of each subject over all days together."""
    rows = np.frombuffer(b"".join(days), dtype=NUMBER).reshape(-1, width + 1)
    if not len(rows):
        return {}
    sums = np.stack(
        [np.bincount(rows[:, 0], weights=rows[:, place + 1]) for place in range(width)], axis=1
    ).astype(np.int64)
    return {subject: tuple(map(int, sums[subject])) for subject in np.unique(rows[:, 0]).tolist()}


def counts_by_day(
    days: Iterable[bytes], subjects: Iterable[int], width: int
) -> list[tuple[int, ...]]:
    """Return the counts of some subjects together, for each day."""
    table = _table(subjects)
    found = []
    for each in days:
        rows = np.frombuffer(each, dtype=NUMBER).reshape(-1, width + 1)
        wanted = table[np.minimum(rows[:, 0], len(table) - 1)]
        found.append(tuple(map(int, rows[wanted, 1:].sum(axis=0))))
    return found
