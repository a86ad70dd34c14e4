"""Requests for other programs: list and read them, open one, answer, assign, tag, resolve, reopen."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, url_for
from sqlalchemy import ColumnElement, func, select

from articles.models import Article
from articles.views import site_root
from feedback.channels.models import Topic
from feedback.channels.topics import topic as topic_in
from feedback.contact.form import address
from feedback.intents import clean
from feedback.models import Channel
from feedback.requests import api_files, resolving
from feedback.requests.api_frame import LOCATION, Created, operations, request_of
from feedback.requests.api_schemas import (
    MessageKind,
    NewMessageSchema,
    NewRequest,
    RequestChange,
    RequestFilters,
    RequestMessageSchema,
    RequestSchema,
    RequestSummarySchema,
    Standing,
    files_by_message,
    said,
    summary,
    whole,
)
from feedback.requests.models import Author, ContactRequest, Way
from feedback.requests.opening import Opening, open_request
from feedback.requests.studio import acting
from feedback.requests.studio.queue import NOBODY, has_tag
from feedback.requests.thread import NewMessage, add_message
from kb.accounts.models import User
from kb.accounts.people import colleagues
from kb.api import setup as api
from kb.api.idempotence import idempotent
from kb.api.operations import scoped
from kb.api.paging import Page, paged
from kb.api.present import called_by
from kb.api.problems import Problem, Wrong
from kb.api.schemas import page_of
from kb.api.scopes import Scope
from kb.customers.models import Customer
from kb.db import db
from kb.locales import settings
from kb.plaintext import lines


@operations.get("/requests")
@scoped(Scope.REQUESTS_READ)
@operations.arguments(RequestFilters, location="query")
@operations.response(200, page_of(RequestSummarySchema))
def list_requests(asked: Mapping[str, Any]) -> Page[ContactRequest]:
    """List requests, the newest first.

    What programs sent and what was set aside as spam is left out.
    """
    query = select(ContactRequest).where(ContactRequest.is_bot.is_(False), *_narrowed(asked))
    keys = (ContactRequest.created_at, ContactRequest.id)
    return paged(query, keys, asked, descending=True, shown=summary)


def _narrowed(asked: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    plain = {
        "language": ContactRequest.locale,
        "channel": ContactRequest.channel,
        "via": ContactRequest.via,
    }
    for name, column in plain.items():
        if asked[name] is not None:
            yield column == asked[name]
    if asked["email"] is not None:
        yield func.lower(ContactRequest.email) == asked["email"].strip().lower()
    if asked["tag"] is not None:
        yield has_tag(acting.tag_of(asked["tag"]))
    if asked["topic"] is not None:
        yield ContactRequest.topic_id.in_(select(Topic.id).where(Topic.key == asked["topic"]))
    if asked["customer"] is not None:
        known = select(Customer.id).where(Customer.reference == asked["customer"])
        yield ContactRequest.customer_id.in_(known)
    if asked["assigned_to"] is not None:
        yield _has(asked["assigned_to"])
    yield from _standing(asked["status"])


def _has(email: str) -> ColumnElement[bool]:
    if email == NOBODY:
        return ContactRequest.assigned_to_id.is_(None)
    whose = select(User.id).where(func.lower(User.email) == email.strip().lower())
    return ContactRequest.assigned_to_id.in_(whose)


def _standing(status: Standing | None) -> Iterator[ColumnElement[bool]]:
    if status is Standing.RESOLVED:
        yield ContactRequest.resolved_at.is_not(None)
    elif status is not None:
        yield ContactRequest.resolved_at.is_(None)
        waits = ContactRequest.waiting_since
        yield waits.is_not(None) if status is Standing.OPEN else waits.is_(None)


@operations.get("/requests/<reference>")
@scoped(Scope.REQUESTS_READ)
@operations.etag
@operations.response(200, RequestSchema)
def read_request(reference: str) -> dict[str, Any]:
    """Read a request with all that was said, the notes of the staff among it."""
    return whole(request_of(reference))


@operations.post("/requests")
@scoped(Scope.REQUESTS_WRITE)
@idempotent
@operations.arguments(NewRequest)
@operations.response(201, RequestSchema, headers=LOCATION)
def create_request(new: Mapping[str, Any]) -> Created:
    """Open a request in the name of a customer, as the form of the site does.

    The customer gets a copy by e-mail, and whoever answers is told.
    """
    topic_id = _topic(new)
    request = open_request(
        db.session(),
        Opening(
            _line(new["subject"], "/subject"),
            _words(new["message"], "/message"),
            _email(new["email"]),
            new["language"] or settings().default_locale,
            via=new["via"],
            channel=Channel.API,
            name=clean(new["name"], len(new["name"])),
            topic_id=topic_id,
            details=new["details"],
            customer_id=_customer(new["customer"]),
        ),
    )
    db.session.commit()
    return whole(request), 201, {"Location": _location(request)}


def _line(text: str, pointer: str) -> str:
    found = clean(text, len(text))
    if not found:
        raise Problem("invalid", errors=[Wrong("Holds no words.", pointer=f"#{pointer}")])
    return found


def _words(text: str, pointer: str) -> str:
    found = lines(text)
    if not found:
        raise Problem("invalid", errors=[Wrong("Holds no words.", pointer=f"#{pointer}")])
    return found


def _email(text: str) -> str:
    found = address(text)
    if found is None:
        raise Problem("invalid", errors=[Wrong("Not an e-mail address.", pointer="#/email")])
    return found


def _topic(new: Mapping[str, Any]) -> int | None:
    """Return the number of the topic named; refuse answers to what it does not ask."""
    number = None
    known: set[str] = set()
    if new["topic"] is not None:
        number = db.session.scalar(select(Topic.id).where(Topic.key == new["topic"]))
        asked = topic_in(number, settings().default_locale)
        if asked is None:
            raise Problem("invalid", errors=[Wrong("No topic has this key.", pointer="#/topic")])
        known = {each.key for each in asked.fields}
    if not known.issuperset(new["details"]):
        wrong = Wrong("The topic asks for nothing of this name.", pointer="#/details")
        raise Problem("invalid", errors=[wrong])
    return number


def _customer(reference: str | None) -> int | None:
    if reference is None:
        return None
    found = db.session.scalar(select(Customer.id).where(Customer.reference == reference))
    if found is None:
        wrong = Wrong("No customer has this reference.", pointer="#/customer")
        raise Problem("invalid", errors=[wrong])
    return found


def _location(request: ContactRequest) -> str:
    return site_root() + url_for("rest_requests.read_request", reference=request.reference)


@operations.post("/requests/<reference>/messages")
@scoped(Scope.REQUESTS_WRITE)
@idempotent
@operations.arguments(NewMessageSchema)
@operations.response(201, RequestMessageSchema, headers=LOCATION)
def create_message(new: Mapping[str, Any], reference: str) -> Created:
    """Answer a request, leave a note, or add what the customer said elsewhere.

    An answer goes to the customer by e-mail, with its files; what comes with a note stays with the
    staff. Words of the customer open a resolved request again.
    """
    request = request_of(reference)
    files = api_files.checked(new["files"])
    is_customer = new["kind"] is MessageKind.CUSTOMER
    message = add_message(
        db.session(),
        request,
        NewMessage(
            Author.CUSTOMER if is_customer else Author.STAFF,
            _words(new["text"], "/text"),
            via=Way.API,
            author_name="" if is_customer else (clean(new["author"], 200) or called_by()),
            is_note=new["kind"] is MessageKind.NOTE,
            files=files,
        ),
    )
    db.session.commit()
    return said([message], files_by_message(request))[0], 201, {"Location": _location(request)}


@operations.patch("/requests/<reference>")
@scoped(Scope.REQUESTS_WRITE)
@operations.etag
@operations.arguments(RequestChange)
@operations.response(200, RequestSchema)
def change_request(change: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """Give a request to a colleague, tag it, or name the article that has the answer."""
    request = _unchanged(reference)
    if "assigned_to" in change:
        acting.assign(request, _colleague(change["assigned_to"]))
    if "tags" in change:
        acting.set_tags(request, change["tags"])
    if "solved_by" in change:
        _link(request, change["solved_by"])
    db.session.commit()
    return whole(request)


def _colleague(email: str | None) -> User | None:
    if email is None:
        return None
    found = db.session.scalar(colleagues().where(func.lower(User.email) == email.strip().lower()))
    if found is None:
        wrong = Wrong("No colleague has this address.", pointer="#/assigned_to")
        raise Problem("invalid", errors=[wrong])
    return found


def _link(request: ContactRequest, key: str | None) -> None:
    article = db.session.scalar(select(Article).where(Article.key == key)) if key else None
    if key is not None and article is None:
        raise Problem("invalid", errors=[Wrong("No article has this key.", pointer="#/solved_by")])
    acting.link_article(request, article.id if article else None, name=key or "")


@operations.post("/requests/<reference>/resolve")
@scoped(Scope.REQUESTS_WRITE)
@operations.etag
@operations.response(200, RequestSchema)
def resolve_request(reference: str) -> dict[str, Any]:
    """Close a request; its customer is asked by e-mail how it was dealt with. Twice is once."""
    request = _unchanged(reference)
    resolving.resolve(request)
    db.session.commit()
    return whole(request)


@operations.post("/requests/<reference>/reopen")
@scoped(Scope.REQUESTS_WRITE)
@operations.etag
@operations.response(200, RequestSchema)
def reopen_request(reference: str) -> dict[str, Any]:
    """Take a closed request up again. Twice is once."""
    request = _unchanged(reference)
    resolving.reopen(request)
    db.session.commit()
    return whole(request)


def _unchanged(reference: str) -> ContactRequest:
    """Return a request that is as the caller saw it."""
    request = request_of(reference)
    operations.check_etag(whole(request), RequestSchema)
    return request


def init_app(app: Flask) -> None:
    """Serve the operations."""
    api_files.init_app(app)
    api.register(app, operations)
