"""Files of a folder, written whole or not at all, and only over what was read."""

import hashlib
import os
import tempfile
from pathlib import Path


class FileMoved(RuntimeError):
    """Somebody changed the file since it was read; it was left alone."""


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, empty when there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def write_over(path: Path, content: bytes, *, expected: str) -> None:
    """Put content in place of a file whose digest is `expected` (empty: of no file).

    A reader sees the old content or the new. Raises `FileMoved` when something else is there.
    """
    if path.is_symlink():
        path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".kb-sync-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(partial).chmod(mode)
        if digest_of(path) != expected:
            raise FileMoved(str(path))
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)


def remove(path: Path, *, expected: str) -> None:
    """Remove a file whose digest is `expected`; any other stays."""
    if digest_of(path) == expected:
        path.unlink(missing_ok=True)
