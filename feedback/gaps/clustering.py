"""Groups of near rows, by average linkage, for any number of them.

Average linkage needs the nearness of every pair, so it is made of the most asked rows only. Each of
the others joins the group that it is nearest to on average, and those that are near none are grouped
among themselves, again the most asked first.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from feedback.gaps.nearness import Rows

Labels = npt.NDArray[np.int64]

AT_ONCE = 3_000  # rows whose pairs are looked at: 36 MB of single precision
BATCH = 2_000  # rows that look for a group at a time


def groups(
    rows: Rows,
    weights: npt.NDArray[np.int64],
    floor: float,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Labels:
    """Label rows so that the members of a group are near each other by at least `floor` on average.

    `weights`: how often each was asked; of equals the first goes first.
    """
    labels = np.full(len(rows), -1, dtype=np.int64)
    waiting = np.argsort(-weights, kind="stable")
    count = 0
    while len(waiting):
        some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        found = average_linkage(rows[some].to(rows[some]), floor)
        labels[some] = found + count
        fresh = int(found.max()) + 1
        if len(waiting):
            joined = _nearest(rows, waiting, rows[some].means(found, fresh), floor)
            labels[waiting] = np.where(joined >= 0, joined + count, -1)
            waiting = waiting[joined < 0]
        count += fresh
        progress(len(rows) - len(waiting), len(rows))
    return labels


def average_linkage(nearness: npt.NDArray[np.float32], floor: float) -> Labels:
    """Label rows by average linkage over their nearness, cut at `floor`."""
    if len(nearness) == 1:
        return np.zeros(1, dtype=np.int64)
    # Libraries that take a second to import: only who groups pays for it.
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415

    upper = np.triu_indices(len(nearness), 1)
    # Rounded, so that the order of additions cannot decide between equals.
    distances = np.round(np.clip(1.0 - nearness[upper].astype(np.float64), 0, 2), 6)
    labels = fcluster(linkage(distances, "average"), 1 - floor, "distance")
    return np.asarray(labels, dtype=np.int64) - 1


def _nearest(rows: Rows, numbers: Labels, means: Rows, floor: float) -> Labels:
    """Return the group that each row is nearest to on average, -1 where none is near enough."""
    found = []
    for start in range(0, len(numbers), BATCH):
        near = rows[numbers[start : start + BATCH]].to(means)
        best = near.argmax(axis=1)
        enough = near[np.arange(len(best)), best] >= floor
        found.append(np.where(enough, best, -1))
    return np.concatenate(found)
