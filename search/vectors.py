"""The vectors of passages: made once, kept for ever, and searched exactly."""

import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.encoders import Encoder, Vectors
from search.files import replacing
from search.passages import Label

BUSY_SECONDS = 30.0
ENCODE_BATCH = 2  # few texts at a time, so that an interruption takes half a second
VECTORS_FORMAT = b"KBVEC02\0"
_LOOKUP_BATCH = 500
_ROW_ALIGNMENT = 64  # bytes, for the processor


class VectorsDamaged(RuntimeError):
    """The file of vectors cannot be read."""


class VectorStore:
    """Vectors kept for ever by model and fingerprint of the encoded text, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        """Bind to a file, made when first used; a damaged one is set aside and begun anew."""
        self.path = path
        self._ready = False

    def get(self, model: str, fingerprints: Sequence[str]) -> dict[str, Vectors]:
        """Return those that are known, by fingerprint."""
        found: dict[str, Vectors] = {}
        with self._connection() as connection:
            for start in range(0, len(fingerprints), _LOOKUP_BATCH):
                part = list(fingerprints[start : start + _LOOKUP_BATCH])
                places = ",".join("?" * len(part))
                rows = connection.execute(
                    "SELECT fingerprint, vector FROM vectors "  # noqa: S608 - only placeholders
                    f"WHERE model = ? AND fingerprint IN ({places})",
                    [model, *part],
                )
                found.update((key, np.frombuffer(blob, dtype=np.float32)) for key, blob in rows)
        return found

    def put(self, model: str, vectors: dict[str, Vectors]) -> None:
        """Keep vectors; a fingerprint known already stays as it is."""
        with self._connection() as connection, connection:
            connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                [
                    (model, key, np.asarray(vector, dtype=np.float32).tobytes())
                    for key, vector in vectors.items()
                ],
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if not (self._ready and self.path.exists()):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare()
        try:
            with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection:
                yield connection
        except sqlite3.DatabaseError:
            self._ready = False  # look at the file again before the next use
            raise

    def _prepare(self) -> None:
        try:
            self._create()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self.path.replace(self.path.with_suffix(".damaged"))
            self._create()
        self._ready = True

    def _create(self) -> None:
        with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (model TEXT NOT NULL, fingerprint TEXT NOT "
                "NULL, vector BLOB NOT NULL, PRIMARY KEY (model, fingerprint)) WITHOUT ROWID"
            )


def encode_missing(
    store: VectorStore,
    encoder: Encoder,
    texts: dict[str, str],
    *,
    progress: Callable[[int, int], None] | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> dict[str, Vectors]:
    """Return vectors of texts by fingerprint, encoding and keeping what the store lacks.

    Stops early, with what it has, when `interrupted` says so; what is encoded is kept.
    """
    found = store.get(encoder.name, list(texts))
    missing = [key for key in texts if key not in found]
    for start in range(0, len(missing), ENCODE_BATCH):
        if interrupted():
            break
        keys = missing[start : start + ENCODE_BATCH]
        fresh = encoded(encoder, {key: texts[key] for key in keys})
        store.put(encoder.name, fresh)
        found.update(fresh)
        if progress:
            progress(start + len(keys), len(missing))
    return found


def encoded(encoder: Encoder, texts: Mapping[str, str]) -> dict[str, Vectors]:
    """Return vectors of texts by fingerprint, labels and passages each in their own way."""
    labels = {key: text for key, text in texts.items() if isinstance(text, Label)}
    passages = {key: text for key, text in texts.items() if key not in labels}
    made: dict[str, Vectors] = {}
    for keys, encode in ((passages, encoder.encode_passages), (labels, encoder.encode_labels)):
        if keys:
            made.update(zip(keys, encode(list(keys.values())), strict=True))
    return made


class VectorIndex:
    """Vectors in one array on disk, memory-mapped: exact search, one product per query.

    At 50,000 × 384 the product takes 2.3 ms on one thread with full recall, where every
    approximate index that was measured lost 7 to 26% of it (search-facts).
    """

    def __init__(self, model: str, keys: Sequence[str], matrix: Vectors) -> None:
        """Join fingerprints with their rows [len(keys), dimensions]."""
        self.model = model
        self.rows = {key: row for row, key in enumerate(keys)}
        self.matrix = matrix

    def similarities(self, query: Vectors) -> Vectors:
        """Return the cosine of every row with a unit vector [dimensions]."""
        if not len(self.matrix):
            return np.zeros(0, dtype=np.float32)
        return np.asarray(self.matrix @ query)

    def positions(self, fingerprints: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the row of each fingerprint, -1 where it has none yet."""
        return np.asarray([self.rows.get(key, -1) for key in fingerprints], dtype=np.int64)

    @staticmethod
    def write(path: Path, model: str, vectors: dict[str, Vectors]) -> None:
        """Write atomically; readers that map the old file keep it."""
        keys = sorted(vectors)
        width = len(next(iter(vectors.values()))) if vectors else 0
        head = "\n".join([model, str(width), *keys]).encode()
        rows = [np.asarray(vectors[key], dtype=np.float32) for key in keys]
        matrix = np.stack(rows) if rows else np.zeros((0, 0), np.float32)
        with replacing(path) as file:
            file.write(VECTORS_FORMAT)
            file.write(len(head).to_bytes(8, "little"))
            file.write(_checksum(head, matrix).to_bytes(8, "little"))
            file.write(head)
            file.write(b"\0" * (_matrix_offset(head) - file.tell()))
            file.write(matrix.data)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Map a file written by `write`; raises FileNotFoundError or VectorsDamaged.

        Every byte is looked at: 7 ms for 10,000 passages, once for each file.
        """
        try:
            checksum, head, matrix = _read_vectors(path)
            model, _width, *keys = head.decode().split("\n")
        except (ValueError, OverflowError, MemoryError) as error:
            raise VectorsDamaged(f"{path}: {error}") from error
        if _checksum(head, matrix) != checksum:
            raise VectorsDamaged(f"{path} is not as it was written")
        return cls(model, keys, matrix)


def _read_vectors(path: Path) -> tuple[int, bytes, Vectors]:
    """Return checksum, head and rows, all of one file: another may take its place meanwhile."""
    with path.open("rb") as file:
        if file.read(len(VECTORS_FORMAT)) != VECTORS_FORMAT:
            raise ValueError("of another format")
        length = int.from_bytes(file.read(8), "little")
        checksum = int.from_bytes(file.read(8), "little")
        head = file.read(length)
        _model, width, *keys = head.decode().split("\n")
        shape = (len(keys), int(width))
        if not keys:
            return checksum, head, np.zeros(shape, dtype=np.float32)
        offset = _matrix_offset(head)
        rows = np.memmap(file, dtype=np.float32, mode="r", offset=offset, shape=shape)
    return checksum, head, rows


def _matrix_offset(head: bytes) -> int:
    end = len(VECTORS_FORMAT) + 16 + len(head)
    return end + -end % _ROW_ALIGNMENT


def _checksum(head: bytes, matrix: Vectors) -> int:
    return zlib.crc32(matrix.reshape(-1).view(np.uint8).data, zlib.crc32(head))
