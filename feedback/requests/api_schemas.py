"""What the API says of requests, and what it takes."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import select

from articles.models import Article
from feedback.channels.models import Topic
from feedback.contact.form import MAX_EMAIL_LENGTH, MAX_MESSAGE_LENGTH, MAX_SUBJECT_LENGTH
from feedback.models import Channel
from feedback.requests.files.awaiting import is_here
from feedback.requests.files.inspecting import MAX_FILES
from feedback.requests.files.keeping import files_of
from feedback.requests.models import Author, ContactRequest, RequestFile, RequestMessage, Way
from feedback.requests.studio.acting import MAX_TAG_LENGTH, MAX_TAGS
from feedback.requests.studio.answering import MAX_ANSWER
from feedback.requests.thread import messages_of
from kb.accounts.models import User
from kb.api.schemas import Change, Input, Language, Moment, PageArguments, Schema, Text, choice
from kb.customers.models import Customer
from kb.db import db

MAX_DETAILS = 40  # fields of a topic
MAX_NAME = 200  # characters
MAX_FILE_NAME = 200  # characters
MAX_KEY_LENGTH = 64  # characters
REFERENCE = "K7MQ-4XTP"


class Standing(StrEnum):
    """Whose turn it is."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"


class MessageKind(StrEnum):
    """What a message is."""

    ANSWER = "answer"
    NOTE = "note"
    CUSTOMER = "customer"


class RequestFileSchema(Schema):
    """A file that came with a message."""

    key = fields.String(
        metadata={"description": "By which it is read.", "example": "0f6c1a…"},
    )
    name = fields.String(metadata={"example": "label.jpg"})
    media_type = fields.String(metadata={"example": "image/jpeg"})
    size = fields.Integer(metadata={"description": "In bytes."})
    is_here = fields.Boolean(
        metadata={
            "description": "No: a help desk has it, and it could not be fetched from there yet."
        }
    )


class RequestMessageSchema(Schema):
    """A message of a request, after the first one, or a note of the staff."""

    id = fields.Integer()
    kind = choice(MessageKind, metadata={"description": "Notes are for the staff alone."})
    text = fields.String(metadata={"description": "Plain from customers, Markdown from the staff."})
    author = fields.String(metadata={"description": "Of a colleague; empty where it is unknown."})
    is_automatic = fields.Boolean(
        metadata={"description": "Written by a program: such a message answers nothing."}
    )
    via = choice(Way)
    created_at = Moment()
    files = fields.List(fields.Nested(RequestFileSchema))


class RequestSummarySchema(Schema):
    """A request, without its thread."""

    reference = fields.String(metadata={"example": REFERENCE})
    subject = fields.String()
    status = choice(
        Standing,
        metadata={
            "description": "`open`: the customer waits. `waiting`: it is the customer’s turn."
        },
    )
    language = fields.String(metadata={"example": "en"})
    channel = choice(Channel)
    via = choice(Way, metadata={"description": "How it reached the company."})
    topic = fields.String(allow_none=True, metadata={"description": "Key of its topic."})
    email = fields.String()
    name = fields.String()
    customer = fields.String(
        allow_none=True, metadata={"description": "Reference of the customer, where one is known."}
    )
    tags = fields.List(fields.String())
    assigned_to = fields.String(
        allow_none=True, metadata={"description": "Address of a colleague."}
    )
    solved_by = fields.String(
        allow_none=True, metadata={"description": "Key of the article that has the answer."}
    )
    created_at = Moment()
    waiting_since = Moment(
        allow_none=True,
        metadata={"description": "First words of the customer that nobody has answered."},
    )
    answered_at = Moment(allow_none=True, metadata={"description": "First answer of the staff."})
    resolved_at = Moment(allow_none=True)
    last_message_at = Moment()


class RequestSchema(RequestSummarySchema):
    """A request with all that was said."""

    message = fields.String(metadata={"description": "Its first words."})
    details = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        metadata={"description": "What the fields of its topic were answered, by their keys."},
    )
    files = fields.List(
        fields.Nested(RequestFileSchema), metadata={"description": "Of the first message."}
    )
    messages = fields.List(fields.Nested(RequestMessageSchema))


class RequestFilters(PageArguments):
    """Which requests."""

    status = choice(Standing, load_default=None)
    language = Language(load_default=None)
    channel = choice(Channel, load_default=None)
    via = choice(Way, load_default=None)
    topic = Text(most=100, load_default=None, metadata={"description": "Key of a topic."})
    tag = Text(most=MAX_TAG_LENGTH, load_default=None)
    email = Text(most=MAX_EMAIL_LENGTH, load_default=None)
    customer = Text(
        most=MAX_NAME, load_default=None, metadata={"description": "Reference of a customer."}
    )
    assigned_to = Text(
        most=MAX_EMAIL_LENGTH,
        load_default=None,
        metadata={"description": "Address of a colleague; `nobody` for those that nobody has."},
    )


class NewRequest(Input):
    """A request in the name of a customer."""

    subject = Text(least=1, most=MAX_SUBJECT_LENGTH, required=True)
    message = Text(least=1, most=MAX_MESSAGE_LENGTH, required=True)
    email = Text(least=3, most=MAX_EMAIL_LENGTH, required=True)
    name = Text(most=MAX_NAME, load_default="")
    language = Language(load_default=None, metadata={"description": "Else that of the site."})
    via = choice(Way, load_default=Way.API)
    topic = Text(most=100, load_default=None, metadata={"description": "Key of a topic."})
    details = fields.Dict(
        keys=Text(most=100),
        values=Text(most=MAX_MESSAGE_LENGTH),
        load_default=dict,
        validate=validate.Length(max=MAX_DETAILS),
        metadata={"description": "Answers to the fields of the topic, by their keys."},
    )
    customer = Text(
        most=MAX_NAME,
        load_default=None,
        metadata={"description": "Reference of a customer who is known already."},
    )


class NewMessageSchema(Input):
    """Something to say in a thread."""

    text = Text(least=1, most=MAX_ANSWER, required=True)
    kind = choice(MessageKind, load_default=MessageKind.ANSWER)
    author = Text(
        most=MAX_NAME,
        load_default="",
        metadata={"description": "Name of the colleague, where it is nobody with an account here."},
    )
    files = fields.List(
        Text(least=1, most=MAX_KEY_LENGTH),
        load_default=list,
        validate=validate.Length(max=MAX_FILES),
        metadata={"description": "Keys of files that were sent before, and wait."},
    )


class NewFile(Input):
    """A file to send with a message."""

    name = Text(
        least=1,
        most=MAX_FILE_NAME,
        required=True,
        metadata={"description": "As its reader will see it.", "example": "label.pdf"},
    )


class RequestChange(Change):
    """What changes; what is left out stays."""

    assigned_to = Text(
        most=MAX_EMAIL_LENGTH,
        allow_none=True,
        metadata={"description": "Address of a colleague; null: nobody."},
    )
    tags = fields.List(Text(least=1, most=MAX_TAG_LENGTH), validate=validate.Length(max=MAX_TAGS))
    solved_by = Text(
        most=200, allow_none=True, metadata={"description": "Key of an article; null: none."}
    )


def standing_of(request: ContactRequest) -> Standing:
    """Return whose turn it is."""
    if request.resolved_at is not None:
        return Standing.RESOLVED
    return Standing.OPEN if request.waiting_since is not None else Standing.WAITING


def summary(request: ContactRequest) -> dict[str, Any]:
    """Return what the API says of a request in a list."""
    return {
        "reference": request.reference,
        "subject": request.subject,
        "status": standing_of(request),
        "language": request.locale,
        "channel": request.channel,
        "via": request.via,
        "topic": _one(select(Topic.key), Topic.id, request.topic_id),
        "email": request.email,
        "name": request.name,
        "customer": _one(select(Customer.reference), Customer.id, request.customer_id),
        "tags": request.tags,
        "assigned_to": _one(select(User.email), User.id, request.assigned_to_id),
        "solved_by": _one(select(Article.key), Article.id, request.solved_by_id),
        "created_at": request.created_at,
        "waiting_since": request.waiting_since,
        "answered_at": request.answered_at,
        "resolved_at": request.resolved_at,
        "last_message_at": request.last_at or request.created_at,
    }


def _one(query: Any, column: Any, number: int | None) -> str | None:
    found: str | None = db.session.scalar(query.where(column == number)) if number else None
    return found


def whole(request: ContactRequest) -> dict[str, Any]:
    """Return all that the API says of a request."""
    files = files_by_message(request)
    messages = db.session.scalars(messages_of(request, notes=True)).all()
    return {
        **summary(request),
        "message": request.message,
        "details": request.details,
        "files": list(map(file_shown, files.get(None, []))),
        "messages": said(messages, files),
    }


def files_by_message(request: ContactRequest) -> dict[int | None, list[RequestFile]]:
    """Return the files of a request by their message; None: they came with the first one."""
    files: dict[int | None, list[RequestFile]] = {}
    for each in files_of(request):
        files.setdefault(each.message_id, []).append(each)
    return files


def file_shown(file: RequestFile) -> dict[str, Any]:
    """Return what the API says of a file."""
    return {
        "key": file.key,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "is_here": is_here(file),
    }


def said(
    messages: Sequence[RequestMessage], files: Mapping[int | None, list[RequestFile]]
) -> list[dict[str, Any]]:
    """Return what the API says of messages."""
    writers = {each.user_id for each in messages if each.user_id}
    names = {
        row.id: row.name
        for row in db.session.execute(select(User.id, User.name).where(User.id.in_(writers)))
    }
    return [
        {
            "id": each.id,
            "kind": _kind(each),
            "text": each.text,
            "author": names.get(each.user_id or 0) or each.author_name,
            "is_automatic": each.is_automatic,
            "via": each.via,
            "created_at": each.created_at,
            "files": list(map(file_shown, files.get(each.id, []))),
        }
        for each in messages
    ]


def _kind(message: RequestMessage) -> MessageKind:
    if message.author is Author.CUSTOMER:
        return MessageKind.CUSTOMER
    return MessageKind.NOTE if message.is_note else MessageKind.ANSWER
