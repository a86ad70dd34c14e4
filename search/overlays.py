"""The index as it would be if drafts were published now, in memory; nothing is written.

What ranks is the site's own engine: only what it looks at is laid over. So the rank of a draft is
the one that its article has once these words are public.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from search.encoders import EmbeddingUnavailable, Encoder, Vectors
from search.engine import SearchEngine
from search.evidence import Alignment
from search.keyword import fields_of
from search.passages import Document
from search.snapshot import Snapshot
from search.vectors import VectorIndex, VectorStore, encoded

REMEMBERED_VECTORS = 4_000  # of passages and labels of drafts, 6 MB


class VectorMemory:
    """Vectors of what is being written: those of unchanged passages are not made again.

    What the site has published is read from its store; what is only typed is never written there.
    """

    def __init__(self, store: VectorStore | None, size: int = REMEMBERED_VECTORS) -> None:
        """Bind to the store of the site, if there is one; keep at most `size` vectors beside."""
        self._store = store
        self._size = size
        self._lock = Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    def get(self, model: str, fingerprints: Collection[str]) -> dict[str, Vectors]:
        """Return those that are known, by fingerprint."""
        with self._lock:
            found = {
                key: self._known[f"{model} {key}"]
                for key in fingerprints
                if f"{model} {key}" in self._known
            }
        missing = [key for key in fingerprints if key not in found]
        if self._store is not None and missing:
            stored = self._store.get(model, missing)
            self._keep(model, stored)
            found.update(stored)
        return found

    def complete(
        self, encoder: Encoder, texts: Mapping[str, str], *, at_most: int | None = None
    ) -> dict[str, Vectors]:
        """Return the vectors of texts by fingerprint, of which `at_most` are made now."""
        found = self.get(encoder.name, texts.keys())
        missing = [key for key in texts if key not in found]
        for key in missing[:at_most]:
            made = encoded(encoder, {key: texts[key]})
            self._keep(encoder.name, made)
            found.update(made)
        return found

    def _keep(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        with self._lock:
            for key, vector in vectors.items():
                self._known[f"{model} {key}"] = vector
                self._known.move_to_end(f"{model} {key}")
            while len(self._known) > self._size:
                self._known.popitem(last=False)


class _VectorsBeside(VectorIndex):
    """The vectors of the site, and those of drafts behind them."""

    def __init__(self, base: VectorIndex, extra: Mapping[str, Vectors]) -> None:
        """Join both without copying the first."""
        new = [key for key in extra if key not in base.rows]
        self.model = base.model
        self.rows = base.rows | {key: row for row, key in enumerate(new, len(base.rows))}
        self._base = base
        rows = [np.asarray(extra[key], dtype=np.float32) for key in new]
        self._extra = np.stack(rows) if rows else base.matrix[:0]

    @cached_property
    def matrix(self) -> Vectors:  # type: ignore[override]  # made where a single row is wanted
        """All rows in one array."""
        if not len(self._base.matrix):
            return self._extra
        return np.concatenate([self._base.matrix, self._extra])

    def similarities(self, query: Vectors) -> Vectors:
        """Return the cosine of every row with a unit vector."""
        extra = np.asarray(self._extra @ query) if len(self._extra) else np.zeros(0, np.float32)
        return np.concatenate([self._base.similarities(query), extra])


@dataclass(frozen=True, slots=True)
class Missing:
    """What of the drafts has no vector yet, by fingerprint; of `total` texts."""

    texts: Mapping[str, str]
    total: int


class OverlaidEngine(SearchEngine):
    """The engine of a site, over an index in which drafts stand for what they would replace."""

    def __init__(
        self,
        base: SearchEngine,
        documents: Sequence[Document],
        *,
        memory: VectorMemory,
        removed: Collection[str] = (),
        over: Snapshot | None = None,
    ) -> None:
        """Lay `documents` over the snapshot `over`, the newest by default; take `removed` away.

        Raises IndexMissing or IndexDamaged where there is no index, not even an empty one.
        """
        super().__init__(
            base.index,
            None,
            base.encoder,
            floors=base.floors,
            synonyms=base.synonyms,
            phrasings=base.phrasings,
        )
        self._base = base
        self._remembered = base._remembered  # a question is encoded once for all drafts
        self._below = base.snapshot()[0] if over is None else over  # an empty one is one
        self._laid = self._below.laid_over(
            [fields for each in documents for fields in fields_of(each)],
            {*removed, *(each.id for each in documents)},
        )
        self._memory = memory

    def snapshot(self, audiences: frozenset[str] | None = None) -> tuple[Snapshot, str | None]:
        """Return the index as it would be, or as readers of some audiences would find it."""
        return self._laid if audiences is None else self._laid.readable_by(audiences), None

    @cached_property
    def _own_texts(self) -> dict[str, str]:
        return self._laid.evidence(from_article=len(self._below.entries))

    def encode(self, *, at_most: int | None = None) -> Missing:
        """Make vectors that the drafts lack, `at_most` so many; return what is left to be made.

        Raises EmbeddingUnavailable where there is no model, or none yet.
        """
        if self.encoder is None:
            raise EmbeddingUnavailable("semantic search is off")
        encoder = self.encoder.get()
        texts = self._own_texts
        known = self._memory.complete(encoder, texts, at_most=at_most)
        left = {key: text for key, text in texts.items() if key not in known}
        return Missing(left, len(texts))

    def alignment(self, snapshot: Snapshot) -> Alignment:
        """Return the vectors beside the index as it would be; raises EmbeddingUnavailable."""
        with self._aligning:
            if self._alignment is None:
                self._alignment = Alignment(snapshot.whole, self.vectors())
        return self.checked(self._alignment)

    def vectors(self) -> VectorIndex:
        """Return the site's vectors and those of the drafts; raises EmbeddingUnavailable."""
        base = self._vectors_below()
        return _VectorsBeside(base, self._memory.get(base.model, self._own_texts.keys()))

    def _vectors_below(self) -> VectorIndex:
        try:
            return self._base.vectors()
        except EmbeddingUnavailable:
            if len(self._below) or self.encoder is None:
                raise
            return VectorIndex(self.encoder.name, [], np.zeros((0, 0), np.float32))
