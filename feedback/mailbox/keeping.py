"""Mails as they came, in the folder `mail` of the home folder: until a person has looked."""

import os
import re
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from kb.locales import settings

NAME = re.compile(r"[0-9a-f]{64}\.eml")


def folder() -> Path:
    """Return where mails are kept."""
    return settings().home.resolve() / "mail"


def keep(raw: bytes, digest: str) -> str:
    """Write a mail, for the owner of the program alone, and return its name; whole or not at all."""
    name = f"{digest}.eml"
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, partial = tempfile.mkstemp(dir=folder())
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())  # its sender will not send it again
        Path(partial).replace(folder() / name)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    return name


def read(name: str) -> bytes | None:
    """Return a mail as it came, None where it is gone."""
    if not NAME.fullmatch(name):
        return None
    try:
        return (folder() / name).read_bytes()
    except FileNotFoundError:
        return None


def forget(names: Iterable[str]) -> None:
    """Erase mails; one that is gone already is no error."""
    for name in names:
        if NAME.fullmatch(name):
            (folder() / name).unlink(missing_ok=True)


def names(*, older_than: timedelta = timedelta()) -> list[str]:
    """Return the names of the mails that are kept, those that were written so long ago."""
    before = time.time() - older_than.total_seconds()
    return [each.name for each in folder().glob("*.eml") if each.stat().st_mtime <= before]
