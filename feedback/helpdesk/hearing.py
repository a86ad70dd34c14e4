"""Take what a help desk tells into the thread of its request: once, and in the order of its clock."""

from datetime import datetime
from enum import StrEnum

import nh3
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError

from feedback.helpdesk import fetching
from feedback.helpdesk.case import first_words, is_ours, same_words
from feedback.helpdesk.heard import Told, What, bounded
from feedback.helpdesk.leaving import hearing
from feedback.helpdesk.models import HeardEvent, HelpDesk
from feedback.helpdesk.reading import case_of
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from feedback.requests.references import spelt
from feedback.requests.resolving import reopen, resolve
from feedback.requests.thread import NewMessage, add_message
from kb.db import db, utc_now

STATES = (What.RESOLVED, What.REOPENED)


class Became(StrEnum):
    """What was made of something that the desk told."""

    TAKEN = "taken"
    KNOWN = "known"  # told before, or written here
    LATE = "late"  # something newer was told before
    UNKNOWN = "unknown"  # of no request of this site


def take(kept: HelpDesk, told: Told) -> Became:
    """Take one thing in, committed; the same again changes nothing."""
    key, desk_id = f"{kept.id}:{told.key}", kept.id
    try:
        return _take(kept, told, key)
    except IntegrityError:  # the same came twice at this moment
        db.session.rollback()
        if _heard_before(key) is None:
            return _take(db.session.get_one(HelpDesk, desk_id), told, key)
        return Became.KNOWN


def _take(kept: HelpDesk, told: Told, key: str) -> Became:
    now = utc_now()
    kept.heard_at = now
    request = _request_of(told)
    if request is None or _heard_before(key) is not None:
        db.session.commit()
        return Became.UNKNOWN if request is None else Became.KNOWN
    at = bounded(told.at, request.created_at, now)
    _note_place(request, told)
    with hearing():
        became = (
            _state(request, told, at) if told.what in STATES else _message(kept, request, told, at)
        )
    db.session.add(
        HeardEvent(
            desk_id=kept.id,
            request_id=request.id,
            key=key,
            what=told.what.value,
            at=at,
            received_at=now,
            became=became.value,
        )
    )
    db.session.commit()
    return became


def _heard_before(key: str) -> int | None:
    return db.session.scalar(select(HeardEvent.id).where(HeardEvent.key == key))


def _request_of(told: Told) -> ContactRequest | None:
    """Return the request that is meant, locked: by our reference, else by the number of its ticket."""
    ways: list[ColumnElement[bool]] = []
    if told.reference:
        ways.append(ContactRequest.reference == spelt(told.reference))
    if told.ticket:
        ways.append(ContactRequest.external_reference == told.ticket)
    if not ways:
        return None
    found = db.session.scalars(
        select(ContactRequest)
        .where(or_(*ways))
        .order_by((ContactRequest.reference == spelt(told.reference)).desc(), ContactRequest.id)
        .limit(1)
        .with_for_update()
    )
    return found.first()


def _note_place(request: ContactRequest, told: Told) -> None:
    """Note what the desk calls a request, where it has not been told: by mail it says so first here."""
    if told.ticket and not request.external_reference:
        request.external_reference = told.ticket
    if told.url and not request.external_url:
        request.external_url = told.url


def _state(request: ContactRequest, told: Told, at: datetime) -> Became:
    """Close a request or take it up again, unless something newer was told before."""
    newer = db.session.scalar(
        select(HeardEvent.id)
        .where(
            HeardEvent.request_id == request.id,
            HeardEvent.what.in_(STATES),
            HeardEvent.at > at,
        )
        .limit(1)
    )
    if newer is not None:
        return Became.LATE
    is_resolved = request.resolved_at is not None
    if is_resolved == (told.what is What.RESOLVED):
        return Became.KNOWN
    if told.what is What.RESOLVED:
        resolve(request, by=Author.STAFF, at=at)
    else:
        reopen(request, by=Author.STAFF, at=at)
    return Became.TAKEN


def _message(kept: HelpDesk, request: ContactRequest, told: Told, at: datetime) -> Became:
    text = _plain(told.text)
    number = f"{kept.id}:{told.number or told.key}"
    if is_ours(text) or _has_number(number):
        return Became.KNOWN
    if told.what is What.REPLY and _is_known_reply(request, text, number):
        return Became.KNOWN
    by_staff = told.what is not What.REPLY
    message = add_message(
        db.session(),
        request,
        NewMessage(
            Author.STAFF if by_staff else Author.CUSTOMER,
            text,
            via=Way.API,
            author_name=told.author or (kept.name if by_staff else request.name),
            is_note=told.what is What.NOTE,
            external_id=number,
            at=at,
            awaited=[each.name for each in told.files or ()],
        ),
    )
    fetching.want(kept, request, message, told.files)
    if told.what is What.ANSWER and request.answered_at and request.answered_at > at:
        request.answered_at = at  # it was told late; the customer had it then
    return Became.TAKEN


def _has_number(number: str) -> bool:
    query = select(RequestMessage.id).where(RequestMessage.external_id == number)
    return db.session.scalar(query) is not None


def _is_known_reply(request: ContactRequest, text: str, number: str) -> bool:
    """Tell whether a customer's words came from here: desks tell them back, each of them once."""
    waiting = db.session.scalars(
        select(RequestMessage)
        .where(
            RequestMessage.request_id == request.id,
            RequestMessage.author == Author.CUSTOMER,
            RequestMessage.external_id.is_(None),
        )
        .order_by(RequestMessage.id)
    )
    for each in waiting:
        if same_words(each.text, text):
            each.external_id = number
            return True
    told_before = select(HeardEvent.id).where(
        HeardEvent.request_id == request.id,
        HeardEvent.what == What.REPLY.value,
        HeardEvent.became == Became.KNOWN.value,
    )
    return db.session.scalar(told_before.limit(1)) is None and same_words(
        first_words(case_of(request)), text
    )


def _plain(text: str) -> str:
    """Return a text without the tags that some desks send: what is no HTML stays as it is."""
    if "<" not in text or not nh3.is_html(text):
        return text
    broken = text
    for tag in ("<br>", "<br/>", "<br />", "</p>", "</div>", "</li>"):
        broken = broken.replace(tag, f"{tag}\n")
    cleaned = nh3.clean(broken, tags=set())
    for written, meant in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&quot;", '"'),
        ("&amp;", "&"),
    ):
        cleaned = cleaned.replace(written, meant)
    return "\n".join(line.strip() for line in cleaned.splitlines()).strip()
