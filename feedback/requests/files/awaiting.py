"""Files whose names are known, and whose content another program still has.

Such a row has no digest. It is shown by its name, and read by nobody, until its content has come.
"""

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles.filenames import safe_name
from feedback.requests.files.inspecting import (
    MAX_FILES,
    MAX_TOTAL_BYTES,
    Refusal,
    RefusedFile,
    inspect,
)
from feedback.requests.files.keeping import new_key, write_content
from feedback.requests.models import RequestFile
from kb.db import utc_now

MOST_NAMED = 50  # of one message


def expect(
    session: Session, name: str, *, request_id: int, message_id: int, at: datetime | None = None
) -> RequestFile:
    """Return the row of a file that is still elsewhere, flushed and not committed."""
    expected = RequestFile(
        request_id=request_id,
        message_id=message_id,
        key=new_key(),
        name=safe_name(name),
        media_type="",
        size=0,
        digest="",
        created_at=at or utc_now(),
    )
    session.add(expected)
    session.flush()
    return expected


def is_here(file: RequestFile) -> bool:
    """Tell whether the content of a file has come."""
    return bool(file.digest)


def fill(session: Session, file: RequestFile, data: bytes) -> None:
    """Keep the content of a file that was expected, uncommitted; raises `RefusedFile`.

    What may be kept with one message is what its sender may send.
    """
    checked = inspect(data, file.name)
    number, size = session.execute(
        select(func.count(), func.coalesce(func.sum(RequestFile.size), 0)).where(
            RequestFile.message_id == file.message_id, RequestFile.digest != ""
        )
    ).one()
    if number >= MAX_FILES:
        raise RefusedFile(Refusal.TOO_MANY, checked.name)
    if size + len(checked.content) > MAX_TOTAL_BYTES:
        raise RefusedFile(Refusal.TOO_MUCH, checked.name)
    write_content(file.key, checked.content)
    file.name, file.media_type = checked.name, checked.media_type
    file.size = len(checked.content)
    file.digest = hashlib.sha256(checked.content).hexdigest()
    session.flush()
