"""An encoder that has seen the questions before: a second run needs no model."""

from collections.abc import Sequence

import numpy as np

from search.encoders import Encoder, LazyEncoder, Vectors
from search.passages import fingerprint
from search.vectors import VectorStore


class RememberingEncoder:
    """Keeps the vectors of questions in a store, and loads the model only for new texts."""

    def __init__(self, lazy: LazyEncoder, store: VectorStore) -> None:
        self._lazy = lazy
        self._store = store

    @classmethod
    def over(cls, lazy: LazyEncoder, store: VectorStore) -> LazyEncoder:
        """Return the same encoder with a memory."""
        return LazyEncoder(lambda: cls(lazy, store), name=lazy.name)

    @property
    def name(self) -> str:
        """The name of the model."""
        return self._lazy.name

    @property
    def dimensions(self) -> int:
        """The length of every vector; loads the model."""
        return self._model.dimensions

    @property
    def _model(self) -> Encoder:
        return self._lazy.wait()

    def encode_query(self, text: str) -> Vectors:
        """Return the vector that the model gives, or gave."""
        key = fingerprint(f"asked: {text}")
        known = self._store.get(self.name, [key]).get(key)
        if known is None:
            known = self._model.encode_query(text)
            self._store.put(self.name, {key: known})
        return known

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors that the model gives, or gave."""
        keys = [fingerprint(f"asked: {text}") for text in texts]
        known = self._store.get(self.name, keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            made = dict(zip(new, self._model.encode_queries(list(new.values())), strict=True))
            self._store.put(self.name, made)
            known |= made
        return np.asarray([known[key] for key in keys], dtype=np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages; their memory is that of the index."""
        return self._model.encode_passages(texts)

    def encode_labels(self, texts: Sequence[str]) -> Vectors:
        """Encode labels; their memory is that of the index."""
        return self._model.encode_labels(texts)
