"""Tell other programs of gaps, requests and votes, each in the transaction of its cause."""

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from articles.announcing import site_address
from articles.models import Translation
from feedback.gaps.models import Act, Gap, GapNote
from feedback.models import Vote
from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.resolving import state_of
from feedback.requests.signals import (
    message_added,
    request_answered,
    request_opened,
    request_reopened,
    request_resolved,
)
from kb.customers.models import Customer
from kb.db import db
from kb.deliveries.queue import Sessions
from kb.webhooks.events import announce, is_heard
from kb.webhooks.noticing import notice

ACTS = {
    Act.PUBLISHED: "gap.answered",
    Act.CAME_BACK: "gap.reopened",
    Act.REOPENED: "gap.reopened",
    Act.DISMISSED: "gap.dismissed",
}


def told_of_gap(gap: Gap) -> dict[str, Any]:
    """Return what other programs are told of a question without an answer."""
    figures = gap.figures or {}
    return {
        "gap_id": gap.id,
        "question": gap.name,
        "locale": gap.locale,
        "diagnosis": gap.diagnosis.value if gap.diagnosis else None,
        "visitors": figures.get("visitors"),
        "url": f"{site_address()}/studio/gaps/{gap.id}",
    }


def _gap_opened(session: Session, gap: Gap) -> None:
    if is_heard("gap.opened", session=session):
        _announce_gap("gap.opened", gap, session)


def _gap_noted(session: Session, note: GapNote) -> None:
    event = ACTS.get(note.what)
    if event is None or not is_heard(event, session=session):
        return
    gap = session.get(Gap, note.gap_id)
    if gap is not None:
        _announce_gap(event, gap, session, answer_id=note.data.get("translation"))


def _announce_gap(event: str, gap: Gap, session: Sessions, answer_id: int | None = None) -> None:
    data = told_of_gap(gap)
    if answer_id is not None:
        data["answer_translation_id"] = answer_id
    announce(event, data, thing="gap", thing_id=gap.id, session=session)


def told_of_request(request: ContactRequest) -> dict[str, Any]:
    """Return what other programs are told of a request: who wrote, what about, and where it stands."""
    customer = db.session.get(Customer, request.customer_id) if request.customer_id else None
    return {
        "reference": request.reference,
        "subject": request.subject,
        "message": request.message,
        "customer": {
            "email": request.email,
            "name": request.name,
            "reference": customer.reference if customer else None,
        },
        "locale": request.locale,
        "via": request.via.value,
        "channel": request.channel.value,
        "topic_id": request.topic_id,
        "details": dict(request.details or {}),
        "tags": list(request.tags or ()),
        "state": state_of(request).value,
        "created_at": _moment(request.created_at),
        "answered_at": _moment(request.answered_at),
        "resolved_at": _moment(request.resolved_at),
        "url": f"{site_address()}/studio/requests/{request.reference}",
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds") if at else None


def _announce_request(event: str, request: ContactRequest, **more: Any) -> None:
    if is_heard(event):
        data = {**told_of_request(request), **more}
        announce(event, data, thing="request", thing_id=request.id)


def on_opened(_sender: Flask, *, request: ContactRequest, **_more: Any) -> None:
    """Announce that somebody has written."""
    _announce_request("request.opened", request)


def on_message(
    _sender: Flask, *, request: ContactRequest, message: RequestMessage, **_more: Any
) -> None:
    """Announce what was added to a thread; notes are for the staff alone."""
    if not message.is_note:
        _announce_request("request.message", request, added=_told_of_message(message))


def _told_of_message(message: RequestMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": message.author.value,
        "text": message.text,
        "via": message.via.value,
        "is_automatic": message.is_automatic,
        "created_at": _moment(message.created_at),
    }


def on_answered(_sender: Flask, *, request: ContactRequest, **_more: Any) -> None:
    """Announce the first answer."""
    _announce_request("request.answered", request)


def on_resolved(_sender: Flask, *, request: ContactRequest, by: Author, **_more: Any) -> None:
    """Announce that a request is closed, and by which side."""
    _announce_request("request.resolved", request, by=by.value)


def on_reopened(_sender: Flask, *, request: ContactRequest, by: Author, **_more: Any) -> None:
    """Announce that a request is taken up again."""
    _announce_request("request.reopened", request, by=by.value)


def tell_vote(session: Sessions, vote: Vote) -> None:
    """Announce a vote, or what was added to it; those of robots and of the staff are nobody's.

    Where nobody listens it costs one small query. Never who voted.
    """
    if not (vote.is_bot or vote.is_staff):
        announce(
            "vote.recorded",
            lambda: _told_of_vote(session, vote),
            thing="vote",
            thing_id=vote.id,
            session=session,
        )


def _told_of_vote(session: Sessions, vote: Vote) -> dict[str, Any]:
    translation = session.get(Translation, vote.translation_id)
    return {
        "vote_id": vote.id,
        "version": vote.version,
        "is_changed": vote.version > 1,  # it was told before: count it once, by its number
        "helpful": vote.helpful,
        "reason": vote.reason.value if vote.reason else None,
        "comment": vote.comment,
        "query": vote.query,
        "locale": vote.locale,
        "article_id": translation.article_id if translation else None,
        "translation_id": vote.translation_id,
        "title": translation.title if translation else "",
    }


def init_app(_app: Flask) -> None:
    """Announce what happens to gaps and requests."""
    notice(Gap, _gap_opened)
    notice(GapNote, _gap_noted)
    request_opened.connect(on_opened)
    message_added.connect(on_message)
    request_answered.connect(on_answered)
    request_resolved.connect(on_resolved)
    request_reopened.connect(on_reopened)
