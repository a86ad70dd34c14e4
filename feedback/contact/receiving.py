"""Take files while a message is being written: each is kept at once, and waits to be sent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from articles.filenames import safe_name
from feedback.contact import limits
from feedback.contact.form import Letter
from feedback.requests.files import words as file_words
from feedback.requests.files.inspecting import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    Refusal,
    RefusedFile,
)
from feedback.requests.files.keeping import keep_file, unsent
from feedback.requests.models import RequestFile
from feedback.visitors import Visitor
from kb import disk
from kb.db import db, utc_now

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """The files that wait with a message, and why others were left out, in words."""

    files: tuple[RequestFile, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what the form names them by."""
        return tuple(each.key for each in self.files)


def receive(visitor: Visitor, content: IO[bytes], name: str) -> RequestFile:
    """Keep one file, committed; raises `RefusedFile`, also where there is no room just now."""
    if visitor.is_bot:
        raise RefusedFile(Refusal.NO_ROOM, safe_name(name))
    return _committed(lambda: _kept(db.session(), visitor, _read(content), name), name)


def receive_from_staff(content: IO[bytes], name: str) -> RequestFile:
    """Keep a file of a colleague or a program, committed; raises `RefusedFile` as for customers.

    Only how many somebody sends in a day is not counted.
    """
    return _committed(lambda: keep_file(db.session(), _read(content), name), name)


def _read(content: IO[bytes]) -> bytes:
    return content.read(MAX_FILE_BYTES + 1)


def _committed(keep: Callable[[], RequestFile], name: str) -> RequestFile:
    try:
        kept = keep()
        db.session.commit()
    except limits.TooMany:
        db.session.rollback()
        raise RefusedFile(Refusal.TOO_OFTEN, safe_name(name)) from None
    except (DBAPIError, NoConnection, OSError) as error:
        db.session.rollback()
        if isinstance(error, OSError) and disk.refusal_of(error) is None:
            raise
        log.warning("a file could not be kept", reason=str(error))
        raise RefusedFile(Refusal.NO_ROOM, safe_name(name)) from error
    except BaseException:
        db.session.rollback()
        raise
    return kept


def _kept(session: Session, visitor: Visitor, data: bytes, name: str) -> RequestFile:
    now = utc_now()
    limits.check_files(session, visitor, len(data), now)
    return keep_file(session, data, name, visitor=visitor.id, origin=visitor.origin, at=now)


def received(
    visitor: Visitor, letter: Letter, uploads: Sequence[FileStorage], *, removed: str = ""
) -> Received:
    """Return what waits with a message that a plain form sent: files known before, and new ones.

    `removed`: the one that its sender has taken back. A program that filled in the trap sends none.
    """
    if letter.is_trapped:
        return Received(tuple(_known(letter.files, removed)))

    def take(content: IO[bytes], name: str) -> RequestFile:
        return receive(visitor, content, name)

    kept, refusals = _gathered(take, _known(letter.files, removed), uploads)
    return Received(kept, tuple(map(file_words.said, refusals)))


def received_from_staff(
    keys: Sequence[str], uploads: Sequence[FileStorage], *, removed: str = ""
) -> Received:
    """Return what waits with the message of a colleague, as `received` does for customers."""
    kept, refusals = _gathered(receive_from_staff, _known(keys, removed), uploads)
    return Received(kept, tuple(file_words.said(each, to_staff=True) for each in refusals))


def _known(keys: Sequence[str], removed: str) -> list[RequestFile]:
    return [each for each in unsent(db.session(), keys) if each.key != removed]


def _gathered(
    take: Callable[[IO[bytes], str], RequestFile],
    known: list[RequestFile],
    uploads: Sequence[FileStorage],
) -> tuple[tuple[RequestFile, ...], list[RefusedFile]]:
    refusals: list[RefusedFile] = []
    for upload in uploads:
        if not upload.filename:
            continue  # an empty field of a form
        try:
            _check_number(known, safe_name(upload.filename))
            known.append(take(upload.stream, upload.filename))
        except RefusedFile as refused:
            refusals.append(refused)
    return tuple(_within_limits(known, refusals)), refusals


def _check_number(known: Sequence[RequestFile], name: str) -> None:
    if len(known) >= MAX_FILES:
        raise RefusedFile(Refusal.TOO_MANY, name)


def _within_limits(
    known: Sequence[RequestFile], refusals: list[RefusedFile]
) -> Iterator[RequestFile]:
    """Yield the files that one message may have; the others are left to be erased by themselves."""
    room = MAX_TOTAL_BYTES
    for place, each in enumerate(known):
        if place >= MAX_FILES:
            refusals.append(RefusedFile(Refusal.TOO_MANY, each.name))
        elif each.size > room:
            refusals.append(RefusedFile(Refusal.TOO_MUCH, each.name))
        else:
            room -= each.size
            yield each
