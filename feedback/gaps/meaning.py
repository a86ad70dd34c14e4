"""Vectors of questions, from the encoder of search, kept so that none is made twice."""

import hashlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from flask import current_app

from feedback.gaps.facts import Encode
from kb.locales import settings
from search.encoders import EmbeddingUnavailable, Encoder, LazyEncoder
from search.vectors import VectorStore

FILE = "questions.sqlite3"  # in the home folder; a cache, may be deleted
KEPT_AT_ONCE = 100  # questions, made in a second


def keeping(encoder: Encoder, home: Path) -> Encode:
    """Return a function from questions to unit vectors that remembers each of them on disk."""
    store = VectorStore(home / FILE)
    return lambda texts: _vectors(encoder, store, texts)


def _vectors(encoder: Encoder, store: VectorStore, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    fingerprints = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    known = store.get(encoder.name, fingerprints)
    missing = {
        fingerprint: text
        for fingerprint, text in zip(fingerprints, texts, strict=True)
        if fingerprint not in known
    }
    waiting = iter(missing.items())
    # Kept as they are made: a run that is killed goes on where it was.
    while some := dict(islice(waiting, KEPT_AT_ONCE)):
        made = dict(zip(some, encoder.encode_queries(list(some.values())), strict=True))
        store.put(encoder.name, made)
        known |= made
    return np.asarray([known[each] for each in fingerprints], dtype=np.float32)


def _encoder() -> LazyEncoder:
    """Return the encoder of search; raises `EmbeddingUnavailable` where there is none."""
    engine = current_app.extensions.get("kb_search")
    encoder: LazyEncoder | None = getattr(engine, "encoder", None)
    if encoder is None:
        raise EmbeddingUnavailable("semantic search is turned off")
    return encoder


def encode_if_ready() -> Encode | None:
    """Return the encoder of the running application, None while its model is not ready."""
    try:
        return keeping(_encoder().get(), settings().home)
    except EmbeddingUnavailable:
        return None


def encode_when_ready() -> Encode | None:
    """Wait for the model to load; None where it cannot be loaded, or is turned off."""
    try:
        return keeping(_encoder().wait(), settings().home)
    except EmbeddingUnavailable:
        return None
