"""The files of the spool: one segment for each process that writes, whole lines only.

A writer holds a lock on its segment as long as it lives; the system gives it up when the process dies,
however it dies. A segment whose lock can be had therefore grows no more.
"""

import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".jsonl"
DAMAGED = "damaged.txt"  # lines that could not be entered, for people to look at
LOST = "lost"  # one byte for each event that found no room: its size is their number
MAX_SEGMENT_BYTES = 1_000_000
SIZE_AGE_SECONDS = 0.5  # how old the known size of the spool may be
POLL_SECONDS = 0.01


class SpoolFull(RuntimeError):
    """As much waits as may wait."""


@dataclass(frozen=True, slots=True)
class Line:
    """A whole line of a segment; `end` is the position after it."""

    segment: str
    end: int
    text: bytes


class Spool:
    """The folder of segments, and this process's own one."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self._limit = limit_bytes
        self._segment_bytes = min(MAX_SEGMENT_BYTES, limit_bytes // 8)
        self._lock = threading.Lock()
        self._file: int | None = None
        self._owner = 0
        self._written = 0
        self._size, self._size_at = 0, float("-inf")

    def append(self, line: bytes) -> None:
        """Write a line that ends with its line feed; raises `SpoolFull` or `OSError`."""
        with self._lock:
            self._check_room(len(line))
            file = self._segment()
            written = os.write(file, line)
            self._written += written
            self._size += written
            if written < len(line) or self._written >= self._segment_bytes:
                self._close()
            if written < len(line):
                raise OSError("the disk took only a part of the line")

    def _check_room(self, size: int) -> None:
        now = time.monotonic()
        if now - self._size_at > SIZE_AGE_SECONDS:
            self._size, self._size_at = sum(self.sizes().values()), now
        if self._size + size > self._limit:
            raise SpoolFull(f"{self._size} bytes wait")

    def _segment(self) -> int:
        if self._file is not None and self._owner != os.getpid():
            self._close()  # inherited: the parent goes on writing to it
        if self._file is None:
            self._file = self._new_segment()
            self._owner = os.getpid()
            self._written = 0
        return self._file

    def _new_segment(self) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
            name = f"{stamp}-{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
            file = os.open(self.folder / name, flags, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_nlink:
                return file
            os.close(file)  # a drainer saw the empty segment before its lock, and removed it

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def close(self) -> None:
        """Let go of this process's segment, so that it can be removed once entered."""
        with self._lock:
            self._close()

    def names(self) -> list[str]:
        """Return the segments, oldest first."""
        return sorted(path.name for path in self.folder.glob(f"*{SUFFIX}"))

    def sizes(self) -> dict[str, int]:
        """Return how many bytes each segment holds."""
        found = {}
        for name in self.names():
            with suppress(FileNotFoundError):  # removed meanwhile
                found[name] = (self.folder / name).stat().st_size
        return found

    def lines(self, name: str, position: int) -> Iterator[Line]:
        """Yield the whole lines from `position` on; one that is still being written waits."""
        with suppress(FileNotFoundError), (self.folder / name).open("rb") as file:
            file.seek(position)
            for text in file:
                if not text.endswith(b"\n"):
                    return
                position += len(text)
                yield Line(name, position, text)

    def remove_finished(self, name: str, position: int) -> bool:
        """Remove a segment that nobody writes to and that was entered up to `position`.

        A last line that was never finished goes to the damaged ones. Returns whether it was removed.
        """
        path = self.folder / name
        with suppress(FileNotFoundError), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False  # its writer lives
            file.seek(position)
            rest = file.read()
            if b"\n" in rest:
                return False  # whole lines came after the last look
            if rest:
                self.put_aside(rest)
            path.unlink()
        return True

    def put_aside(self, line: bytes) -> None:
        """Keep what cannot be entered where a person can look at it."""
        _append(self.folder / DAMAGED, line.rstrip(b"\n") + b"\n")

    def forget(self, word: bytes, entered: Mapping[str, int]) -> None:
        """Erase the lines that hold `word` from those put aside and from those that have been entered."""
        for name, position in entered.items():
            with suppress(FileNotFoundError), (self.folder / name).open("r+b", buffering=0) as file:
                for line in [*self.lines(name, 0)]:
                    if line.end <= position and word in line.text:
                        blank = b" " * (len(line.text) - 1) + b"\n"
                        os.pwrite(file.fileno(), blank, line.end - len(line.text))
        path = self.folder / DAMAGED
        if path.exists():
            lines = path.read_bytes().splitlines(keepends=True)
            beside = path.with_suffix(".new")
            beside.write_bytes(b"".join(line for line in lines if word not in line))
            beside.replace(path)

    def count_loss(self) -> None:
        """Count an event that found no room, for all processes and beyond this one's life."""
        with suppress(OSError):  # a full disk: the caller has logged the loss
            self.folder.mkdir(parents=True, exist_ok=True)
            _append(self.folder / LOST, b".")

    @contextmanager
    def draining(self, wait_seconds: float) -> Iterator[bool]:
        """Hold the right to drain; yields whether it could be had in time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("ab") as file:
            deadline = time.monotonic() + wait_seconds
            while not (held := _try_lock(file.fileno())) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
            yield held


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _append(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, content)
    finally:
        os.close(file)
