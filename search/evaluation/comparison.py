"""Two configurations, query by query: which is better, by how much, and could it be chance?

The difference is taken on the same queries, so what makes a query hard for both drops out, and
a small set can still tell. The p-value is that of Fisher's randomisation test (Smucker, Allan
and Carterette, 2007): how often chance alone, swapping the two at random, differs as much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.evaluation.intervals import SEED, Interval, mean_intervals

SWAPS = 10_000
SIGNIFICANT = 0.05
SAME = 1e-9  # figures nearer than this are a tie
_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `ours` gains over `theirs`, in the figure that both were measured by."""

    queries: int
    difference: float
    interval: Interval
    wins: int
    ties: int
    losses: int
    p_value: float

    @property
    def is_noise(self) -> bool:
        """Tell whether chance could explain the difference, by the interval or by the test.

        Where few queries differ at all, the interval alone is too sure of itself.
        """
        return 0.0 in self.interval or self.p_value > SIGNIFICANT

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that `--json` prints."""
        return {
            "queries": self.queries,
            "difference": round(self.difference, 4),
            "interval": self.interval.as_json(),
            "wins": self.wins,
            "ties": self.ties,
            "losses": self.losses,
            "p": round(self.p_value, 4),
        }


def compare(ours: Sequence[float], theirs: Sequence[float]) -> Comparison:
    """Compare figures of the same queries in the same order; raises ValueError otherwise."""
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} figures against {len(theirs)}")
    gains = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    wins, losses = int((gains > SAME).sum()), int((gains < -SAME).sum())
    return Comparison(
        queries=len(gains),
        difference=float(gains.mean()) if len(gains) else 0.0,
        interval=mean_intervals([gains.tolist()])[0],
        wins=wins,
        ties=len(gains) - wins - losses,
        losses=losses,
        p_value=randomisation_test(gains),
    )


def randomisation_test(gains: npt.NDArray[np.float64]) -> float:
    """Return the two-sided chance of so large a mean if each gain could as well be a loss."""
    decided = gains[np.abs(gains) > SAME]
    if not len(decided):
        return 1.0
    generator = np.random.default_rng(SEED)
    seen = abs(float(decided.sum())) - SAME
    rows = max(_CELLS_AT_ONCE // len(decided), 1)
    extreme = 0
    for start in range(0, SWAPS, rows):
        signs = generator.integers(
            0, 2, size=(min(rows, SWAPS - start), len(decided)), dtype=np.int8
        )
        sums = decided.sum() - 2.0 * (signs @ decided)
        extreme += int((np.abs(sums) >= seen).sum())
    return (extreme + 1) / (SWAPS + 1)
