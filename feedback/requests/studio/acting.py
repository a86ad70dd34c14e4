"""What colleagues do with a request beside answering it: take it, name it, set it aside, link its answer.

None of these verbs commits; each tells the audit log, by the reference alone.
"""

from collections.abc import Iterable

from sqlalchemy import select

from feedback.intents import clean
from feedback.requests.models import Author, ContactRequest
from feedback.requests.resolving import record_act
from feedback.requests.signals import request_assigned, request_opened, tell
from feedback.surveys import inviting
from kb.accounts.models import User
from kb.audit.models import AuditEntry
from kb.db import db

MAX_TAG_LENGTH = 40  # characters
MAX_TAGS = 12


def assign(request: ContactRequest, to: User | None, *, by_id: int | None = None) -> bool:
    """Give a request to a colleague, or to nobody; tell whether that changed anything."""
    if request.assigned_to_id == (to.id if to else None):
        return False
    request.assigned_to_id = to.id if to else None
    record_act(request, "assigned", Author.STAFF, to=to.shown_name if to else "")
    tell(request_assigned, request=request, to_id=request.assigned_to_id, by_id=by_id)
    return True


def tag(request: ContactRequest, name: str) -> bool:
    """Add a tag; tell whether the request has one more."""
    name = tag_of(name)
    if not name or name in request.tags or len(request.tags) >= MAX_TAGS:
        return False
    set_tags(request, [*request.tags, name])
    return True


def untag(request: ContactRequest, name: str) -> bool:
    """Take a tag off; tell whether it was there."""
    if name not in request.tags:
        return False
    set_tags(request, [each for each in request.tags if each != name])
    return True


def set_tags(request: ContactRequest, names: Iterable[str]) -> None:
    """Put these tags in place of those there are."""
    wanted = [each for each in dict.fromkeys(map(tag_of, names)) if each][:MAX_TAGS]
    if wanted != request.tags:
        request.tags = wanted
        record_act(request, "tagged", Author.STAFF, tags=", ".join(wanted))


def tag_of(text: str) -> str:
    """Return a tag as it is kept: small letters, no commas, no mark before it."""
    return clean(text.replace(",", " ").lstrip(" #"), MAX_TAG_LENGTH).casefold()


def mark_spam(request: ContactRequest) -> bool:
    """Set a request aside as sent by a program; no figure counts it, and nobody is written to."""
    if request.is_bot:
        return False
    request.is_bot = True
    inviting.withdraw(request)
    record_act(request, "spam", Author.STAFF)
    return True


def mark_genuine(request: ContactRequest) -> bool:
    """Take back that a program sent a request.

    Whoever waits for new requests is told of one that was set aside before anybody saw it.
    """
    if not request.is_bot:
        return False
    request.is_bot = False
    was_told = db.session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.act == "request.spam",
            AuditEntry.thing == "request",
            AuditEntry.thing_id == request.id,
        )
        .limit(1)
    )
    record_act(request, "genuine", Author.STAFF)
    if was_told is None:
        tell(request_opened, request=request)
    return True


def link_article(request: ContactRequest, article_id: int | None, *, name: str = "") -> bool:
    """Name the article that has the answer, or none; tell whether that changed anything."""
    if request.solved_by_id == article_id:
        return False
    request.solved_by_id = article_id
    record_act(request, "solved-by", Author.STAFF, article=name)
    return True


def note_draft(request: ContactRequest, key: str) -> None:
    """Tell the audit log that an article was begun from an answer."""
    record_act(request, "drafted", Author.STAFF, article=key)
