"""Files that are replaced whole: readers see the old one or the new one, whatever happens."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kb.disk import NO_ROOM

Stamp = tuple[int, int, int]


def is_full(error: OSError) -> bool:
    """Tell whether a file could not be written for want of room, which mending does not help."""
    return error.errno in NO_ROOM


def stamp_of(path: Path | None) -> Stamp | None:
    """Identify the state of a file, at the cost of one stat; None where there is none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@contextmanager
def replacing(path: Path, *, has_rivals: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write, and put it in place of `path` once it is safely on the disk.

    Where writing fails, as on a full disk, `path` stays as it was and the draft gives its room back.
    `has_rivals` keeps the drafts of processes apart that may write at the same time, unlocked.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new" if has_rivals else f"{path.name}.new")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
