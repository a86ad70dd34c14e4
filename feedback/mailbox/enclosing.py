"""Files of an answer in its mail: attached where they are small enough, else fetched from the thread."""

from collections.abc import Sequence

from sqlalchemy import select

from feedback.requests.files.inspecting import MEGABYTE
from feedback.requests.files.keeping import path_of
from feedback.requests.models import RequestFile, RequestMessage
from kb.db import db
from kb.mail.enclosing import Enclosure
from kb.mail.models import OutgoingMail

# A third more on the way: stays below the 10 MB that nearly every server takes.
MAX_ENCLOSED_BYTES = 7 * MEGABYTE


def files_of_message(message_id: int) -> list[RequestFile]:
    """Return the files that came with a message, oldest first."""
    query = select(RequestFile).where(RequestFile.message_id == message_id)
    return list(db.session.scalars(query.order_by(RequestFile.id)))


def go_along(files: Sequence[RequestFile]) -> bool:
    """Tell whether files are attached to the mail of their message: all of them, or none."""
    is_here = all(path_of(each.key).is_file() for each in files)
    return is_here and sum(each.size for each in files) <= MAX_ENCLOSED_BYTES


def enclosed(mail: OutgoingMail) -> Sequence[Enclosure]:
    """Return what is attached to the mail of an answer."""
    message_id = db.session.scalar(
        select(RequestMessage.id).where(
            RequestMessage.mail_id == mail.id, RequestMessage.is_note.is_(False)
        )
    )
    files = files_of_message(message_id) if message_id is not None else []
    if not go_along(files):
        return ()
    return [Enclosure(each.name, each.media_type, path_of(each.key).read_bytes()) for each in files]
