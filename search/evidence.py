"""Vectors laid beside a snapshot: which row belongs to which passage and label."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from search.encoders import Vectors, unit
from search.fusion import NO_VECTOR
from search.passages import Label
from search.snapshot import Snapshot
from search.vectors import VectorIndex

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
            marks.extend(Label(text).fingerprint for text in (entry.labels + entry.lines) or ("",))
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

    def nearest_label(self, article: int, query: Vectors) -> tuple[str, float] | None:
        """Return the label of an article that is nearest to a query, and its cosine."""
        entry = self.snapshot.entries[article]
        start = int(self._label_starts[article])
        found = [
            (float(self.vectors.matrix[row] @ query), text)
            for text, row in zip(
                entry.labels + entry.lines, self._label_rows[start:].tolist(), strict=False
            )
            if row >= 0
        ]
        cosine, text = max(found, default=(NO_VECTOR, ""))
        return (text, cosine) if found else None

    def by_document(self) -> dict[str, Vectors]:
        """Return the vectors of each document's passages [n, dimensions]; none of unknown ones."""
        found = {}
        for number, entry in enumerate(self.snapshot.entries):
            span = self.snapshot.passages_of(number)
            rows = self._passage_rows[span.start : span.stop]
            rows = rows[rows >= 0]
            if len(rows) and self.snapshot.alive[number]:
                found[entry.document_id] = np.asarray(self.vectors.matrix[rows], dtype=np.float32)
        return found

    def nearness(self, article: int) -> Array | None:
        """Return how near every article is to one of them; None where that one has no vectors.

        Half by the means of both articles' passages, half by the passage that is nearest to the
        mean: the first knows the subject as a whole, the second a section of a long article.
        """
        span = self.snapshot.passages_of(article)
        rows = self._passage_rows[span.start : span.stop]
        rows = rows[rows >= 0]
        if not len(rows):
            return None
        centre = unit(self.vectors.matrix[rows].mean(axis=0))
        nearest, _, passages = self.similarities(centre)
        sums = np.add.reduceat(
            np.where(self._passage_rows >= 0, passages, 0.0), self.snapshot.starts
        )
        near: Array = (nearest + sums / self._reach) / 2.0
        return near

    @cached_property
    def _reach(self) -> Array:
        """The length of the sum of each article's passages, at least 1."""
        ends = np.append(self.snapshot.starts[1:], self.snapshot.passage_count)
        spans = zip(self.snapshot.starts.tolist(), ends.tolist(), strict=True)
        lengths = [
            float(np.linalg.norm(self.vectors.matrix[rows[rows >= 0]].sum(axis=0)))
            for rows in (self._passage_rows[start:end] for start, end in spans)
        ]
        return np.asarray([max(each, 1.0) for each in lengths], dtype=np.float64)
