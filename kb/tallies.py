"""Count what somebody does within a window of time, over all processes and threads of this machine.

The counters lie in a small file that each process maps into its memory: to count takes microseconds,
and what is counted outlives a process that is started again. Several machines count for themselves.
"""

import fcntl
import mmap
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from struct import Struct

import structlog
from limits.storage import Storage

FILE = "tallies.bin"
SCHEME = "kb-tallies"

# A name is looked for in one bucket. Where that is full of windows still open, the one that ends first
# gives way: 65,536 callers at a time are more than an address or a key means anything for.
_SLOT = Struct("<16sdI4x")  # digest of the name, end of the window in seconds since 1970, count
_SLOTS, _BUCKETS = 8, 8_192
_BUCKET_BYTES = _SLOT.size * _SLOTS
_BYTES = _BUCKET_BYTES * _BUCKETS  # 2 MB
_MOST = 2**32 - 1

log = structlog.get_logger(__name__)
# Locks of a file hold between processes, this one between threads, whichever object they count by.
_threads = threading.Lock()


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was done in its window, and when that ends (seconds since 1970)."""

    count: int
    ends_at: float


class Tallies:
    """The counters of one file. May be made before a process forks."""

    def __init__(self, path: Path) -> None:
        """Open the file, made where there is none; where that fails, each process counts alone."""
        self._file: int | None = None
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            # Room on the disk now: writing into a hole of a full one would end the process.
            os.posix_fallocate(self._file, 0, _BYTES)
            self._bytes = mmap.mmap(self._file, _BYTES)
            weakref.finalize(self, os.close, self._file)
        except OSError as error:
            log.warning("limits hold for each process only", file=str(path), exc_info=error)
            self._file, self._bytes = None, mmap.mmap(-1, _BYTES)

    def add(self, name: str, seconds: int, amount: int = 1) -> Tally:
        """Count something, and return how it stands; the first time begins a window of `seconds`."""
        now = time.time()
        with self._bucket(name) as (digest, start):
            found = self._at(digest, start)
            place, known = found if found is not None else (self._free(start, now), None)
            # A window longer than any can be is of a clock that was wrong.
            if known is None or not now < known.ends_at <= now + seconds:
                known = Tally(0, now + seconds)
            tally = Tally(min(known.count + amount, _MOST), known.ends_at)
            _SLOT.pack_into(self._bytes, place, digest, tally.ends_at, tally.count)
        return tally

    def get(self, name: str) -> Tally:
        """Return how something stands; one that ends now where it was not counted."""
        now = time.time()
        with self._bucket(name) as (digest, start):
            found = self._at(digest, start)
        return found[1] if found is not None and found[1].ends_at > now else Tally(0, now)

    def forget(self, name: str) -> None:
        """Let something begin anew."""
        with self._bucket(name) as (digest, start):
            found = self._at(digest, start)
            if found is not None:
                _SLOT.pack_into(self._bytes, found[0], bytes(16), 0.0, 0)

    def clear(self) -> None:
        """Let everything begin anew."""
        with self._locked(0, _BYTES):
            self._bytes[:] = bytes(_BYTES)

    @contextmanager
    def _bucket(self, name: str) -> Iterator[tuple[bytes, int]]:
        """Hold the bucket of a name; gives the digest of the name and where its bucket begins."""
        digest = blake2b(name.encode(errors="replace"), digest_size=16).digest()
        start = int.from_bytes(digest[:4]) % _BUCKETS * _BUCKET_BYTES
        with self._locked(start, _BUCKET_BYTES):
            yield digest, start

    @contextmanager
    def _locked(self, start: int, length: int) -> Iterator[None]:
        with _threads:
            if self._file is None:
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX, length, start)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, length, start)

    def _at(self, digest: bytes, start: int) -> tuple[int, Tally] | None:
        for place in range(start, start + _BUCKET_BYTES, _SLOT.size):
            if self._bytes[place : place + len(digest)] == digest:
                _digest, ends_at, count = _SLOT.unpack_from(self._bytes, place)
                return place, Tally(count, ends_at)
        return None

    def _free(self, start: int, now: float) -> int:
        """Return the place in a bucket whose window is over, or ends before those of the others."""
        places = range(start, start + _BUCKET_BYTES, _SLOT.size)
        ends = {place: _SLOT.unpack_from(self._bytes, place)[1] for place in places}
        over = (place for place in places if not ends[place] > now)
        return next(over, min(places, key=ends.__getitem__))


class TalliedStorage(Storage):
    """The same counters for the limits of forms and of signing in (`kb.extensions.limiter`)."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  (as the parent has it)

    def __init__(self, uri: str | None = None, *, tallies: Tallies, **options: bool) -> None:
        """Count in the given counters; the address says nothing more."""
        super().__init__(uri, **options)
        self._tallies = tallies

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what counting may raise."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return how often in this window."""
        return self._tallies.add(key, expiry, amount).count

    def get(self, key: str) -> int:
        """Return how often in this window."""
        return self._tallies.get(key).count

    def get_expiry(self, key: str) -> float:
        """Return when the window ends."""
        return self._tallies.get(key).ends_at

    def check(self) -> bool:
        """Tell that counting works."""
        return True

    def reset(self) -> int | None:
        """Begin anew for everybody."""
        self._tallies.clear()
        return None

    def clear(self, key: str) -> None:
        """Begin anew for one."""
        self._tallies.forget(key)
