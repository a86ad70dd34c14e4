"""Vectors laid beside a snapshot: which row belongs to which passage and label."""

import numpy as np
import numpy.typing as npt

from search.fusion import NO_VECTOR
from search.passages import fingerprint
from search.semantic import VectorIndex, Vectors, unit
from search.snapshot import Snapshot

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


class Alignment:
    """One snapshot and one vector index, immutable; passages may still lack their vectors."""

    def __init__(self, snapshot: Snapshot, vectors: VectorIndex) -> None:
        """Look up the row of every passage and label once, not at every query."""
        self.snapshot = snapshot
        self.vectors = vectors
        self._passage_rows = vectors.positions(snapshot.fingerprints)
        marks: list[str] = []
        starts: list[int] = []
        for entry in snapshot.entries:
            starts.append(len(marks))
            marks.extend(fingerprint(label) for label in (entry.labels + entry.lines) or ("",))
        self._label_rows = vectors.positions(marks)
        self._label_starts: Numbers = np.asarray(starts, dtype=np.int64)
        living = snapshot.alive[snapshot.owners]
        self.known = int((self._passage_rows[living] >= 0).sum())
        self.expected = int(living.sum())

    def similarities(self, query: Vectors) -> tuple[Array, Array, Array]:
        """Return cosines: best passage by article, best label by article, and every passage."""
        rows = np.append(self.vectors.similarities(query), np.float32(NO_VECTOR))
        passages = rows[self._passage_rows].astype(np.float64)
        labels = rows[self._label_rows].astype(np.float64)
        return (
            np.maximum.reduceat(passages, self.snapshot.starts),
            np.maximum.reduceat(labels, self._label_starts),
            passages,
        )

    def nearness(self, article: int) -> Array:
        """Return how near every article is to one of them, by the mean of its passages."""
        span = self.snapshot.passages_of(article)
        rows = self._passage_rows[span.start : span.stop]
        rows = rows[rows >= 0]
        if not len(rows):
            return np.zeros(len(self.snapshot.entries))
        centre = unit(self.vectors.matrix[rows].mean(axis=0))
        passages, labels, _ = self.similarities(centre)
        return (passages + labels) / 2.0
