"""Which of several processes leads: one at a time, for as long as it lives."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def leadership(path: Path) -> Iterator[Callable[[], bool]]:
    """Try for the lock that one process has; yields the question whether it is (still) ours.

    The system frees it when that process dies; a lock on a file that was deleted binds nobody.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield lambda: False
        else:
            yield lambda: _is_at(path, file.fileno())


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
