"""The thread of a request: what was said after the first message, by whom, and whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback.requests import resolving
from feedback.requests.files.awaiting import MOST_NAMED, expect
from feedback.requests.files.keeping import attach
from feedback.requests.gratitude import is_mere_thanks
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from feedback.requests.signals import message_added, tell
from kb.db import utc_now


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What somebody adds to a thread.

    `text` is plain from customers, Markdown from the staff. `is_automatic`: a program wrote it, such as
    an acknowledgement or a notice of absence; it is kept and shown, and answers nothing. `files`: keys of
    files that wait; `awaited`: names of those that another program still has.
    """

    author: Author
    text: str
    html: str = ""
    quoted: str = ""
    via: Way = Way.FORM
    user_id: int | None = None
    author_name: str = ""
    is_note: bool = False
    is_automatic: bool = False
    message_id: str = ""
    external_id: str | None = None
    at: datetime | None = None
    simulated: bool = False
    files: Sequence[str] = ()
    awaited: Sequence[str] = ()


def add_message(session: Session, request: ContactRequest, new: NewMessage) -> RequestMessage:
    """Return the message, flushed and not committed; sends `message_added`.

    The first answer of the staff is the answer of the reports; words of the customer open a resolved
    request again, but for a mail that says nothing but thanks. Notes and automatic messages change
    neither.
    """
    moment = new.at or utc_now()
    message = RequestMessage(
        request_id=request.id,
        author=new.author,
        user_id=new.user_id,
        author_name=new.author_name,
        is_note=new.is_note,
        is_automatic=new.is_automatic,
        text=new.text,
        html=new.html,
        quoted=new.quoted,
        via=new.via,
        message_id=new.message_id,
        external_id=new.external_id,
        created_at=moment,
        simulated=new.simulated,
    )
    session.add(message)
    session.flush()
    attach(session, new.files, request.id, message.id)
    for name in new.awaited[:MOST_NAMED]:
        expect(session, name, request_id=request.id, message_id=message.id, at=moment)
    if not (new.is_note or new.is_automatic):
        _turn(request, message, has_files=bool(new.files or new.awaited))
    tell(message_added, request=request, message=message)
    return message


def _turn(request: ContactRequest, message: RequestMessage, *, has_files: bool) -> None:
    """Note whose turn it is after a message.

    A customer who writes twice keeps their place: they wait since the first words without an answer.
    """
    moment = message.created_at
    if not has_files and _leaves_it_resolved(request, message):
        pass
    elif message.author is Author.CUSTOMER:
        resolving.reopen(request, by=Author.CUSTOMER, at=moment)
        request.waiting_since = request.waiting_since or moment
    else:
        request.waiting_since = None
        resolving.mark_answered(request, at=moment, message=message)
    if request.last_at is None or moment >= request.last_at:
        request.last_at, request.last_by = moment, message.author


def _leaves_it_resolved(request: ContactRequest, message: RequestMessage) -> bool:
    """Tell whether a customer has only said thanks, by mail: the page says that its words open it."""
    return (
        message.author is Author.CUSTOMER
        and request.resolved_at is not None
        and message.via is Way.EMAIL
        and is_mere_thanks(message.text, request.name)
    )


def messages_of(request: ContactRequest, *, notes: bool = False) -> Select[RequestMessage]:
    """Select the messages after the first one in their order, with the notes of the staff or without."""
    query = (
        select(RequestMessage)
        .where(RequestMessage.request_id == request.id)
        .order_by(RequestMessage.created_at, RequestMessage.id)
    )
    return query if notes else query.where(RequestMessage.is_note.is_(False))
