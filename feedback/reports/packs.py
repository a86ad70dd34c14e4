"""Sums of a day packed as rows of numbers: two years of them are read and added up at once.

Databases add up half a million rows in half a second, and again for every question asked of them; the
same rows as bytes, one value for each day, are read in one go and added up in some milliseconds. A day
is written as a whole, so that nothing has to be kept in step with it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from feedback.reports.audience import NUMBER
from feedback.reports.periods import Period
from kb.db import db

SHIFT = 1 << 32  # two numbers as one

Numbers = NDArray[Any]


def packed(rows: Iterable[Sequence[int]], width: int) -> bytes:
    """Return rows of `width` numbers as bytes; the same rows in any order give the same bytes."""
    ordered = sorted(tuple(row) for row in rows)
    return np.array(ordered, dtype=NUMBER).reshape(len(ordered), width).tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of many days, the earliest first. `days`: the day of each row, as `date.toordinal` counts."""

    days: Numbers
    values: Numbers

    def __getitem__(self, column: int) -> Numbers:
        """Return one column."""
        numbers: Numbers = self.values[:, column]
        return numbers

    def where(self, wanted: Numbers) -> "Rows":
        """Return the rows for which `wanted` says yes."""
        return Rows(self.days[wanted], self.values[wanted])

    def having(self, column: int, ids: Collection[int]) -> "Rows":
        """Return the rows with one of `ids` in a column."""
        return self.where(is_among(self[column], ids))

    @property
    def size(self) -> int:
        """Return one more than the largest number in the first column."""
        return int(self[0].max(initial=-1)) + 1

    def total(self, column: int, size: int = 0) -> Numbers:
        """Return the sums of a column by the number in the first; for `size` numbers at least."""
        return np.bincount(self[0], weights=self[column], minlength=size).astype(np.int64)


def joined(days: Iterable[tuple[date, bytes]], width: int) -> Rows:
    """Return the rows of all days together."""
    known = list(days)
    numbers = np.frombuffer(b"".join(pack for _, pack in known), dtype=NUMBER)
    size = np.dtype(NUMBER).itemsize * width
    ordinals = np.array([day.toordinal() for day, _ in known], dtype=NUMBER)
    lengths = [len(pack) // size for _, pack in known]
    return Rows(np.repeat(ordinals, lengths), numbers.reshape(-1, width))


def read(
    column: InstrumentedAttribute[bytes],
    width: int,
    *,
    since: date | None = None,
    until: date | None = None,
    locale: str | None = None,
) -> Rows:
    """Return what a table holds packed in `column`, of all days or those named, both included."""
    table = column.class_
    query = select(table.day, column).order_by(table.day)
    if until is not None:
        query = query.where(table.day <= until)
    if since is not None:
        query = query.where(table.day >= since)
    if locale is not None:
        query = query.where(table.locale == locale)
    return joined(((day, pack) for day, pack in db.session.execute(query)), width)


def is_among(numbers: Numbers, ids: Collection[int]) -> Numbers:
    """Tell of each number whether it is one of `ids`: looked up in a table, which beats sorting."""
    wanted = np.fromiter((each for each in ids if each >= 0), dtype=np.int64)
    table = np.zeros(int(wanted.max(initial=0)) + 2, dtype=bool)
    table[wanted] = True
    found: Numbers = table[np.minimum(numbers, len(table) - 1)] & (numbers >= 0)
    return found


def by_pair(
    one: Numbers, other: Numbers, values: Numbers, least: int = 0
) -> list[tuple[tuple[int, int], tuple[int, ...]]]:
    """Return the sums of the columns of `values` for each pair of numbers, in their order.

    Pairs whose first sum is under `least` are left out.
    """
    pairs, place = np.unique(one.astype(np.int64) * SHIFT + other, return_inverse=True)
    sums = np.stack(
        [np.bincount(place, weights=column, minlength=len(pairs)) for column in values.T], axis=1
    ).astype(np.int64)
    kept = sums[:, 0] >= least
    keys = ((each // SHIFT, each % SHIFT) for each in pairs[kept].tolist())
    return list(zip(keys, map(tuple, sums[kept].tolist()), strict=True))


def lines(
    rows: Rows, column: int, ids: Sequence[int], period: Period, most: int = 30
) -> dict[int, list[int]]:
    """Return for each of `ids` the sums of equal stretches of the period, the earliest first.

    The first column says which of them a row is about.
    """
    length, number = stretches(period, most)
    own = rows.having(0, ids)
    place = (own.days - period.since.date().toordinal()) // length
    found = {each: [0] * number for each in ids}
    for (each, stretch), (value,) in by_pair(own[0], place, own.values[:, [column]]):
        found[each][stretch] = value
    return found


def stretches(period: Period, most: int) -> tuple[int, int]:
    """Return (days of each, number) of the equal stretches that a small line shows."""
    days = (period.last_day - period.since.date()).days + 1
    length = -(-days // most)
    return length, -(-days // length)
