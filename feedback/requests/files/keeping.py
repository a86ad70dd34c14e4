"""Files of requests: kept under secret names in the home folder, and given to their people alone.

A file comes before its message: the form uploads it while somebody writes. Until it is sent, whoever
knows its secret name may send it or take it back, and nobody can read it; after a day it is erased.
"""

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flask import url_for
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.requests.files.inspecting import (
    MAX_FILES,
    MAX_TOTAL_BYTES,
    MEGABYTE,
    SHOWN,
    Refusal,
    RefusedFile,
    inspect,
)
from feedback.requests.models import ContactRequest, RequestFile
from kb.db import db, utc_now
from kb.locales import settings

KEY_BYTES = 16  # 128 bits: nobody guesses the name of a file
KEY = re.compile(r"[0-9a-f]{32}")
UNSENT_LIFE = timedelta(days=1)
MOST_NAMED = 50  # keys that one form may hold; a message has fewer files
MAX_UNSENT_BYTES = 2_000 * MEGABYTE  # of everybody: strangers cannot fill the disk


def keep_file(
    session: Session,
    data: bytes,
    name: str,
    *,
    visitor: str = "",
    origin: str = "",
    request_id: int | None = None,
    message_id: int | None = None,
    at: datetime | None = None,
) -> RequestFile:
    """Return a file that was kept, flushed and not committed; raises `RefusedFile`.

    What it is, its content says. A file without a request waits to be sent.
    """
    checked = inspect(data, name)
    if request_id is None and _waiting_bytes(session) + len(checked.content) > MAX_UNSENT_BYTES:
        raise RefusedFile(Refusal.NO_ROOM, checked.name)
    kept = RequestFile(
        request_id=request_id,
        message_id=message_id,
        key=new_key(),
        visitor=visitor,
        origin=origin,
        name=checked.name,
        media_type=checked.media_type,
        size=len(checked.content),
        digest=hashlib.sha256(checked.content).hexdigest(),
        created_at=at or utc_now(),
    )
    write_content(kept.key, checked.content)
    session.add(kept)
    session.flush()
    return kept


def new_key() -> str:
    """Return a name that nobody guesses."""
    return secrets.token_hex(KEY_BYTES)


def _waiting_bytes(session: Session) -> int:
    waiting = select(func.coalesce(func.sum(RequestFile.size), 0))
    return session.scalar(waiting.where(RequestFile.request_id.is_(None))) or 0


def files_of(request: ContactRequest) -> list[RequestFile]:
    """Return every file of a request, oldest first; without a message it came with the first one."""
    query = select(RequestFile).where(RequestFile.request_id == request.id)
    return list(db.session.scalars(query.order_by(RequestFile.id)))


def first_files(request: ContactRequest) -> list[RequestFile]:
    """Return the files that came with the first message, oldest first."""
    return [each for each in files_of(request) if each.message_id is None]


def unsent(session: Session, keys: Iterable[str]) -> list[RequestFile]:
    """Return those of the files that wait to be sent, in the order in which they came."""
    named = [each for each in dict.fromkeys(keys) if KEY.fullmatch(each)][:MOST_NAMED]
    if not named:
        return []
    query = select(RequestFile).where(RequestFile.key.in_(named), RequestFile.request_id.is_(None))
    return list(session.scalars(query.order_by(RequestFile.id)))


def attach(
    session: Session, keys: Iterable[str], request_id: int, message_id: int | None = None
) -> list[RequestFile]:
    """Make files that wait files of a message, uncommitted; return those that it has now.

    What was sent before, or erased meanwhile, is not among them.
    """
    taken, room = [], MAX_TOTAL_BYTES
    for each in unsent(session, keys)[:MAX_FILES]:
        if each.size > room:
            continue
        room -= each.size
        each.request_id, each.message_id = request_id, message_id
        taken.append(each)
    session.flush()
    return taken


def take_back(session: Session, key: str) -> bool:
    """Erase a file that was not sent, its content too; commits. Tell whether there was one."""
    gone = session.execute(
        delete(RequestFile).where(RequestFile.key == key, RequestFile.request_id.is_(None))
    )
    session.commit()
    if gone.rowcount != 1:  # type: ignore[attr-defined]  # a DELETE always counts its rows
        return False
    erase_contents([key])
    return True


def address(file: RequestFile, *, external: bool = False) -> str:
    """Return where the people of its request download a file."""
    request = db.session.get_one(ContactRequest, file.request_id)
    return url_for(
        "request_files.download",
        locale=request.locale,
        reference=request.reference,
        key=file.key,
        filename=file.name,
        _external=external,
    )


def is_shown(file: RequestFile) -> bool:
    """Tell a picture, which pages may show, from what is saved to disk."""
    return file.media_type in SHOWN


# On disk


def folder() -> Path:
    """Return where files are kept, inside the home folder."""
    return settings().home.resolve() / "request-files"


def path_of(key: str) -> Path:
    """Return where the content of a file lies."""
    return folder() / key[:2] / key


def write_content(key: str, content: bytes) -> None:
    """Write a content; a reader sees all of it or nothing, and other users of the machine nothing."""
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent)  # for its owner alone, as it stays
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def erase_contents(keys: Iterable[str]) -> None:
    """Erase contents whose rows are gone for good; one that is gone already is no error."""
    for key in keys:
        if KEY.fullmatch(key):
            path_of(key).unlink(missing_ok=True)


def forget_unsent(at: datetime | None = None) -> int:
    """Erase what nobody sent within a day, and contents without a row; return how many files.

    A row that is being sent at this moment stays: only rows that are still without a request go.
    """
    since = (at or utc_now()) - UNSENT_LIFE
    old = select(RequestFile.key).where(
        RequestFile.request_id.is_(None), RequestFile.created_at < since
    )
    keys = list(db.session.scalars(old))
    db.session.execute(
        delete(RequestFile).where(RequestFile.key.in_(keys), RequestFile.request_id.is_(None))
    )
    db.session.commit()
    orphans = _orphans(since)
    erase_contents(orphans)
    return len(orphans)


def _orphans(since: datetime) -> Sequence[str]:
    """Return the keys of old contents that no row knows: of erased requests and broken uploads."""
    old = [
        path.name
        for path in folder().glob("??/*")
        if path.is_file() and path.stat().st_mtime < since.timestamp()
    ]
    for path in folder().glob("??/tmp*"):  # a write that the machine's end broke off
        if path.stat().st_mtime < since.timestamp():
            path.unlink(missing_ok=True)
    found: list[str] = []
    for start in range(0, len(old), 500):
        some = old[start : start + 500]
        known = set(db.session.scalars(select(RequestFile.key).where(RequestFile.key.in_(some))))
        found += [each for each in some if each not in known and KEY.fullmatch(each)]
    return found
