"""How far a figure could be from the truth: bootstrap intervals over the queries.

The percentile bootstrap (Efron and Tibshirani, 1993) draws as many queries again, with
replacement, and looks at how the figure varies. Seeded: the same figures give the same interval.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2_000
COVERAGE = 0.95
SEED = 20_261_122
_CELLS_AT_ONCE = 4_000_000  # numbers drawn at a time: 32 MB

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds that hold the true figure with a probability of 95%."""

    low: float
    high: float

    def as_json(self) -> list[float]:
        """Return both bounds to four digits."""
        return [round(self.low, 4), round(self.high, 4)]

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def mean_intervals(columns: Sequence[Sequence[float]]) -> list[Interval]:
    """Return the interval of the mean of each column; the columns share their queries."""
    values = np.asarray(columns, dtype=np.float64)
    if not values.size:
        return [Interval(0.0, 0.0)] * len(columns)
    generator = np.random.default_rng(SEED)
    draws = _draws(generator, values.shape[1], width=values.size)
    means = np.concatenate([values[:, drawn].mean(axis=2) for drawn in draws], axis=1)
    return [_percentiles(row) for row in means]


def auroc_interval(inside: Sequence[float], outside: Sequence[float]) -> Interval | None:
    """Return the interval of the AUROC, drawing answerable queries and others apart."""
    if not inside or not outside:
        return None
    levels, places = np.unique(np.asarray([*inside, *outside]), return_inverse=True)
    width = len(places)
    ours, theirs = places[: len(inside)], places[len(inside) :]
    generator = np.random.default_rng(SEED)
    found = [
        _auroc(_tally(ours[drawn], len(levels)), _tally(theirs[others], len(levels)))
        for drawn, others in zip(
            _draws(generator, len(ours), width=width),
            _draws(generator, len(theirs), width=width),
            strict=True,
        )
    ]
    return _percentiles(np.concatenate(found))


def _draws(generator: np.random.Generator, count: int, *, width: int) -> Iterator[Numbers]:
    """Yield numbers of queries drawn with replacement, [resamples, count], a part at a time.

    `width` is what the caller makes of one resample, in numbers.
    """
    rows = max(_CELLS_AT_ONCE // width, 1)
    for start in range(0, RESAMPLES, rows):
        yield generator.integers(0, count, size=(min(rows, RESAMPLES - start), count))


def _tally(places: Numbers, levels: int) -> Array:
    """Count, in each resample, the queries at each level: [resamples, levels]."""
    rows = np.arange(len(places))[:, None] * levels
    counts = np.bincount((places + rows).ravel(), minlength=len(places) * levels)
    return counts.reshape(len(places), levels).astype(np.float64)


def _auroc(inside: Array, outside: Array) -> Array:
    below = outside.cumsum(axis=1) - outside / 2.0
    pairs = inside.sum(axis=1) * outside.sum(axis=1)
    return np.asarray((inside * below).sum(axis=1) / pairs)


def _percentiles(values: Array) -> Interval:
    edge = (1.0 - COVERAGE) / 2.0
    low, high = np.quantile(values, [edge, 1.0 - edge])
    return Interval(float(low), float(high))
