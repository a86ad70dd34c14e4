"""What leaves for the help desk: each act of a request is a delivery, written in its transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from feedback.helpdesk import program
from feedback.helpdesk.case import Case, Comment, Ticket, background, marked
from feedback.helpdesk.desks import APIS, access_to, secret_of
from feedback.helpdesk.models import DeskKind, HelpDesk
from feedback.helpdesk.present import KIND, OPENED, desk
from feedback.helpdesk.reading import case_of, files_of_message, words
from feedback.helpdesk.service import Access, Desk
from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.signals import (
    message_added,
    request_opened,
    request_reopened,
    request_resolved,
)
from kb.db import db
from kb.deliveries.models import Delivery
from kb.deliveries.outcomes import Gone, NotTaken
from kb.deliveries.queue import Address, Message, enqueue, page_of
from kb.locales import settings
from kb.sealing import Unreadable

TRAIL = "request.background"  # what the customer had searched and read, for the staff
MESSAGE = "request.message"
RESOLVED = "request.resolved"
REOPENED = "request.reopened"
TAKEN = 200  # where there was nothing left to send

_is_hearing: ContextVar[bool] = ContextVar("helpdesk_is_hearing", default=False)


@contextmanager
def hearing() -> Iterator[None]:
    """Tell the desk nothing of what it has told itself."""
    token = _is_hearing.set(True)
    try:
        yield
    finally:
        _is_hearing.reset(token)


def hand_over(request: ContactRequest, kept: HelpDesk) -> None:
    """Have a request leave for the help desk, and with it what its sender had read. Uncommitted."""
    _enqueue(OPENED, request, kept)
    if kept.kind in APIS:
        _enqueue(TRAIL, request, kept)


def _enqueue(event: str, request: ContactRequest, kept: HelpDesk, **more: Any) -> None:
    """Add a delivery that names the request alone: what it says is read when it leaves."""
    enqueue(
        KIND,
        kept.id,
        event=event,
        payload={"reference": request.reference, "request": request.id, **more},
        thing="request",
        thing_id=request.id,
    )


def _desk_of_others() -> HelpDesk | None:
    """Return the desk that hears of this act: none where it told it itself, or reads mail."""
    if _is_hearing.get():
        return None
    kept = desk()
    return kept if kept and kept.kind is not DeskKind.EMAIL else None


def on_opened(_sender: Flask, *, request: ContactRequest, **_more: Any) -> None:
    """Send a new request on."""
    kept = _desk_of_others()
    if kept is not None:
        hand_over(request, kept)


def on_message(
    _sender: Flask, *, request: ContactRequest, message: RequestMessage, **_more: Any
) -> None:
    """Send on what was added here; notes, and what programs wrote, stay."""
    kept = _desk_of_others()
    is_said = not (message.is_note or message.is_automatic)
    if kept is not None and is_said and _is_there(request, kept):
        _enqueue(MESSAGE, request, kept, message=message.id)


def on_resolved(_sender: Flask, *, request: ContactRequest, by: Author, **_more: Any) -> None:
    """Tell the desk that a request was closed here."""
    kept = _desk_of_others()
    if kept is not None and _is_there(request, kept):
        _enqueue(RESOLVED, request, kept, by=by.value)


def on_reopened(_sender: Flask, *, request: ContactRequest, by: Author, **_more: Any) -> None:
    """Tell the desk that a request was taken up again here."""
    kept = _desk_of_others()
    if kept is not None and _is_there(request, kept):
        _enqueue(REOPENED, request, kept, by=by.value)


def _is_there(request: ContactRequest, kept: HelpDesk) -> bool:
    """Tell whether a request lives in the desk, or is on its way: older ones are answered here."""
    return (
        bool(request.external_reference)
        or db.session.scalar(
            select(Delivery.id)
            .where(
                Delivery.kind == KIND,
                Delivery.target_id == kept.id,
                Delivery.thing == "request",
                Delivery.thing_id == request.id,
            )
            .limit(1)
        )
        is not None
    )


@dataclass(frozen=True, slots=True)
class _Errand:
    """All that one delivery needs, read before anything is asked of the desk."""

    message: Message
    kind: DeskKind
    address: str
    access: Access
    secret: str
    case: Case
    comment: Comment | None
    ticket: Ticket | None
    said_id: int | None
    by: str


def send(message: Message) -> int:
    """Return the status of a desk that has taken a message; raises `NotTaken`."""
    try:
        errand = _errand(message)
    except Unreadable as error:
        raise NotTaken(str(error)) from error
    db.session.rollback()  # no transaction stays open while the desk takes its time
    if errand is None:
        return TAKEN
    if errand.kind is DeskKind.WEBHOOK:
        return _to_program(errand)
    return _to_api(errand, APIS[errand.kind](errand.access))


def _errand(message: Message) -> _Errand | None:
    """Return what is to be done, None where the request, or its message, is no more."""
    kept = db.session.get(HelpDesk, message.target_id)
    if kept is None or kept.kind is DeskKind.EMAIL:
        raise Gone("this help desk is connected no more")
    request = db.session.get(ContactRequest, message.payload["request"])
    if request is None:
        return None
    said = None
    if message.event == MESSAGE:
        said = db.session.get(RequestMessage, message.payload["message"])
        if said is None:
            return None
    case, by = case_of(request), str(message.payload.get("by", ""))
    number, address = request.external_reference, request.external_url
    return _Errand(
        message=message,
        kind=kept.kind,
        address=kept.address,
        access=access_to(kept),
        secret=secret_of(kept),
        case=case,
        comment=_comment(message, request, case, said, by),
        ticket=Ticket(number, address) if number else None,
        said_id=said.id if said else None,
        by=by,
    )


def _comment(
    message: Message, request: ContactRequest, case: Case, said: RequestMessage | None, by: str
) -> Comment | None:
    """Return what is added to the ticket, None for the first message."""
    files = files_of_message(request, said.id) if said is not None else ()
    if said is not None and said.author is Author.CUSTOMER:
        # Files alone say something too; no desk takes a comment without words.
        written = said.text or ", ".join(each.name for each in files)
        return Comment(written, is_by_customer=True, files=files)
    text = {
        TRAIL: lambda: background(case, words()),
        MESSAGE: lambda: _answered_here(said),
        RESOLVED: lambda: _closed_here(by),
        REOPENED: _taken_up_here,
    }.get(message.event)
    if text is None:
        return None
    return Comment(marked(text(), message.event_id), is_by_customer=False, files=files)


def _answered_here(said: RequestMessage | None) -> str:
    with force_locale(settings().default_locale):
        heading = _("Answered on the help site, and sent to the customer from there:")
    return f"{heading}\n\n{said.text if said else ''}"


def _closed_here(by: str) -> str:
    with force_locale(settings().default_locale):
        return str(
            _("The customer says on the help site that this is solved.")
            if by == Author.CUSTOMER.value
            else _("This was resolved on the help site.")
        )


def _taken_up_here() -> str:
    with force_locale(settings().default_locale):
        return str(_("This was taken up again on the help site."))


def _to_program(errand: _Errand) -> int:
    message = errand.message
    what = program.payload(
        message.event,
        message.event_id,
        errand.case,
        created_at=message.created_at.isoformat(timespec="milliseconds"),
        comment=errand.comment,
        by=errand.by,
    )
    status, number, address = program.send(errand.address, errand.secret, what)
    if message.event == OPENED and errand.ticket is None:
        _keep_ticket(message, Ticket(number or errand.case.reference, address))
    return status


def _to_api(errand: _Errand, api: Desk) -> int:
    message, again = errand.message, errand.message.attempts > 1
    ticket = errand.ticket or (api.find(errand.case) if again or message.event != OPENED else None)
    if message.event == OPENED or ticket is None:
        if ticket is None:
            ticket = api.open(errand.case, message.event_id)
        _keep_ticket(message, ticket)
    comment = errand.comment
    if comment is None or (again and api.has(ticket, comment)):
        return TAKEN
    if message.event == RESOLVED:
        api.close(ticket, comment.text)
    elif message.event == REOPENED:
        api.take_up(ticket, comment.text)
    else:
        number = api.add(ticket, comment)
        if number and errand.said_id is not None and comment.is_by_customer:
            _keep_number(errand.said_id, f"{errand.message.target_id}:{number}")
    return TAKEN


def _keep_ticket(message: Message, ticket: Ticket) -> None:
    """Note where a request lives now."""
    db.session.execute(
        update(ContactRequest)
        .where(ContactRequest.id == message.payload["request"])
        .values(external_reference=ticket.number, external_url=ticket.address)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def _keep_number(message_id: int, number: str) -> None:
    """Note what the desk calls a message of ours, so that it is known when it comes back."""
    try:
        db.session.execute(
            update(RequestMessage)
            .where(RequestMessage.id == message_id, RequestMessage.external_id.is_(None))
            .values(external_id=number)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
    except IntegrityError:  # it came back before
        db.session.rollback()


def address_of(desk_id: int) -> Address | None:
    """Return what a page says of a help desk."""
    kept = db.session.get(HelpDesk, desk_id)
    return Address(kept.name, kept.address, page_of("help_desk.overview")) if kept else None


def init_app(_app: Flask) -> None:
    """Listen to requests."""
    request_opened.connect(on_opened)
    message_added.connect(on_message)
    request_resolved.connect(on_resolved)
    request_reopened.connect(on_reopened)
