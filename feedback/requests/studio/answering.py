"""A colleague answers, or leaves a note: never over the head of another who has just done so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from feedback.requests import resolving
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from feedback.requests.studio import acting, presence
from feedback.requests.thread import NewMessage, add_message
from kb.accounts.models import User
from kb.db import db

MAX_ANSWER = 50_000  # characters


class Overtaken(RuntimeError):
    """Something was said since the page was opened; `number` is that of the newest message."""

    def __init__(self, number: int) -> None:
        super().__init__(f"message {number} is newer")
        self.number = number


@dataclass(frozen=True, slots=True)
class Reply:
    """What a colleague writes. `after`: the newest message that they have seen, None: whatever it is.

    `files`: keys of files that wait.
    """

    text: str
    after: int | None = None
    is_note: bool = False
    resolves: bool = False
    files: Sequence[str] = ()
    via: Way = Way.FORM


def newest_number(request: ContactRequest) -> int:
    """Return the number of the newest message of a thread, notes among them; 0: only its first words."""
    query = select(func.max(RequestMessage.id)).where(RequestMessage.request_id == request.id)
    return db.session.scalar(query) or 0


def newer(request: ContactRequest, after: int) -> list[RequestMessage]:
    """Return what was said after a message."""
    query = select(RequestMessage).where(
        RequestMessage.request_id == request.id, RequestMessage.id > after
    )
    return list(db.session.scalars(query.order_by(RequestMessage.id)))


def reply(
    request: ContactRequest, said: Reply, by: User, *, at: datetime | None = None
) -> RequestMessage:
    """Return the message of a colleague, uncommitted; who answers a request of nobody has it then.

    Raises `Overtaken` where something has been said that they have not seen: of two who answer at the
    same moment one waits for the other, and is told.
    """
    # A row that is written to is locked on both databases; SQLite knows no SELECT … FOR UPDATE.
    db.session.execute(
        update(ContactRequest)
        .where(ContactRequest.id == request.id)
        .values(last_at=ContactRequest.last_at)
        .execution_options(synchronize_session=False)
    )
    last = newest_number(request)
    if said.after is not None and last > said.after:
        raise Overtaken(last)
    message = add_message(
        db.session(),
        request,
        NewMessage(
            Author.STAFF,
            said.text,
            via=said.via,
            user_id=by.id,
            is_note=said.is_note,
            at=at,
            files=tuple(said.files),
        ),
    )
    if not said.is_note and request.assigned_to_id is None:
        acting.assign(request, by, by_id=by.id)
    if said.resolves:
        resolving.resolve(request, at=at)
    presence.leave(request, by.id)
    return message
