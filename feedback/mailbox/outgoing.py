"""Which mails a request causes. All stand in the outbox in the transaction of what caused them."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.contact.limits import COPIES_PER_ADDRESS
from feedback.helpdesk import present as help_desk
from feedback.letters import Part, as_html, as_text
from feedback.mailbox import letters, notices
from feedback.mailbox.addressing import claims, name_of_message, reply_address, staff_address
from feedback.mailbox.becoming import MAIL
from feedback.mailbox.bounces import not_arrived
from feedback.mailbox.enclosing import enclosed, files_of_message, go_along
from feedback.mailbox.finding import by_reference, colleague
from feedback.mailbox.notes import COPY_CAME_BACK, NOTICE_CAME_BACK, leave_note
from feedback.mailbox.signals import message_undelivered
from feedback.mailbox.threading import (
    claim_of,
    first_name,
    headers_for_customer,
    headers_for_staff,
)
from feedback.requests import signals
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from feedback.surveys.inviting import SECOND_THOUGHTS
from feedback.surveys.models import SurveyResponse
from kb.accounts.models import User
from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import enclosing, outbox
from kb.mail.models import OutgoingMail
from kb.mail.signals import mail_given_up
from kb.mail.speaking import speaking

COPIED = {Way.FORM, Way.API}  # ways after which a confirmation goes out at once
ANSWER = "request-answer"  # kind of the letter that a colleague wrote
RESOLVED = "request-resolved"  # kind of the letter that says so


# To the customer


def gets_copy(session: Session, request: ContactRequest) -> bool:
    """Tell whether the sender of a request gets a confirmation: not what programs sent, and not often.

    Anybody can write somebody else's address into a form.
    """
    if request.is_bot or request.simulated or not request.email:
        return False
    return all(
        (
            session.scalar(
                select(func.count()).where(
                    ContactRequest.email == request.email,
                    ContactRequest.id != request.id,
                    ContactRequest.created_at > request.created_at - window,
                    ContactRequest.created_at <= request.created_at,
                )
            )
            or 0
        )
        < most
        for most, window in COPIES_PER_ADDRESS
    )


def confirm(request: ContactRequest, offers: list[letters.Offer] | None = None) -> OutgoingMail:
    """Put the confirmation into the outbox."""
    with speaking(request.locale):
        if request.via is Way.EMAIL:
            subject = letters.subject_of(request)
        else:
            subject = letters.received(request)
        parts = letters.copy(request, offers or [])
        return _to_customer(
            request,
            parts,
            kind="request-copy",
            subject=subject,
            message_id=first_name(request),
            headers=headers_for_customer(request, is_first=True),
        )


def _to_customer(
    request: ContactRequest, parts: list[Part], *, kind: str, subject: str = "", **more: Any
) -> OutgoingMail:
    """Put a mail into the outbox whose answer comes back into the thread."""
    more.setdefault("message_id", name_of_message(claim_of(request)))
    more.setdefault("headers", headers_for_customer(request))
    title = outbox.one_line(subject or letters.subject_of(request))
    return outbox.send(
        request.email,
        kind=kind,
        subject=title,
        text=as_text(parts),
        html=as_html(title, parts, request.locale),
        reply_to=reply_address(claim_of(request)) or settings().contact_email,
        **more,
    )


def _send_answer(request: ContactRequest, message: RequestMessage) -> None:
    """Send on what a colleague wrote, under their name."""
    name = _name_of(message)
    files = files_of_message(message.id)
    named = letters.Named([each.name for each in files], are_here=go_along(files))
    with speaking(request.locale):
        mail = _to_customer(
            request,
            letters.answer(request, message, name=name, files=named),
            kind=ANSWER,
            sender_name=name,
            is_personal=True,
        )
    db.session.flush()
    message.mail_id, message.message_id = mail.id, mail.message_id


def _name_of(message: RequestMessage) -> str:
    user = db.session.get(User, message.user_id) if message.user_id else None
    return user.name if user else message.author_name


# To the staff


def _to_staff(
    request: ContactRequest, parts: list[Part], to: User | None, *, is_first: bool = False
) -> None:
    """Put a notice into the outbox: to a colleague, else to the address that all share."""
    address = to.email if to else (help_desk.mail_desk() or staff_address())
    if not address:
        return
    claim = claim_of(request, colleague=to.id if to else 0)
    title = outbox.one_line(notices.subject_of(request))
    outbox.send(
        address,
        kind="request",
        subject=title,
        text=as_text(parts),
        html=as_html(title, parts, _language(to)),
        reply_to=reply_address(claim) or request.email,
        message_id=first_name(request, colleague=0) if is_first else name_of_message(claim),
        headers={} if is_first else headers_for_staff(request),
    )


def _language(to: User | None) -> str:
    config = settings()
    return to.locale if to and to.locale in config.locales else config.default_locale


def _is_ours(request: ContactRequest) -> bool:
    """Tell a request that people are told of: not a simulated one, nor one that a program sent."""
    return not (request.simulated or request.is_bot)


def _assignee(request: ContactRequest) -> User | None:
    return colleague(db.session(), request.assigned_to_id) if request.assigned_to_id else None


def _is_kept_elsewhere() -> bool:
    """Tell whether colleagues work in another program, which is told in its own way."""
    return help_desk.keeps_requests() and not help_desk.mail_desk()


# What happens


def on_opened(_sender: Flask, *, request: ContactRequest, **_more: object) -> None:
    """Confirm a request, and tell the staff of it; mails are confirmed once articles were looked for."""
    if not _is_ours(request):
        return
    if not _is_kept_elsewhere():
        with speaking(_language(None)):
            _to_staff(request, notices.opened(request), None, is_first=True)
    if request.via in COPIED and gets_copy(db.session(), request):
        confirm(request)


def on_message(
    _sender: Flask, *, request: ContactRequest, message: RequestMessage, **_more: object
) -> None:
    """Send an answer to the customer, or their words to whoever answers; notes go nowhere."""
    if message.is_note or message.is_automatic or message.simulated or not _is_ours(request):
        return
    if message.author is Author.STAFF:
        if request.email and not _has_gone_already(message):
            _send_answer(request, message)
    elif not _is_kept_elsewhere():
        to = _assignee(request)
        with speaking(_language(to)):
            _to_staff(request, notices.answered(request, message), to)


def _has_gone_already(message: RequestMessage) -> bool:
    """Tell an answer that its author, or their help desk, has sent to the customer themselves."""
    is_mail = (message.external_id or "").startswith(MAIL)
    return is_mail or help_desk.is_told_elsewhere(message)


def on_assigned(
    _sender: Flask,
    *,
    request: ContactRequest,
    to_id: int | None,
    by_id: int | None = None,
    **_more: object,
) -> None:
    """Tell a colleague that a request is theirs, unless they took it themselves."""
    to = colleague(db.session(), to_id) if to_id else None
    if to is None or to_id == by_id or not _is_ours(request):
        return
    by = db.session.get(User, by_id) if by_id else None
    with speaking(_language(to)):
        _to_staff(request, notices.assigned(request, by=by.name if by else ""), to)


def on_resolved(_sender: Flask, *, request: ContactRequest, by: Author, **_more: object) -> None:
    """Tell the customer that the staff closed their request, where no question about it does."""
    if by is not Author.STAFF or not _is_ours(request) or not request.email:
        return
    if help_desk.keeps_requests() or _is_asked(request):
        return
    with speaking(request.locale):
        parts = letters.resolved(request)
        _to_customer(request, parts, kind=RESOLVED, due_at=utc_now() + SECOND_THOUGHTS)


def _is_asked(request: ContactRequest) -> bool:
    since = utc_now() - timedelta(minutes=1)
    return bool(
        db.session.scalar(
            select(func.count()).where(
                SurveyResponse.request_id == request.id,
                SurveyResponse.asked_at > since,
                SurveyResponse.mail_id.is_not(None),
            )
        )
    )


def on_reopened(_sender: Flask, *, request: ContactRequest, **_more: object) -> None:
    """Take back the letter that said it was closed, where it has not left yet."""
    with speaking(request.locale):
        title = outbox.one_line(letters.subject_of(request))
    db.session.execute(
        delete(OutgoingMail).where(
            OutgoingMail.kind == RESOLVED,
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.recipient == request.email,
            OutgoingMail.subject == title,
        )
    )


def on_undelivered(
    _sender: Flask, *, request: ContactRequest, message: RequestMessage, said: str, **_more: object
) -> None:
    """Tell whoever wrote an answer that it did not arrive: they believe that it has."""
    if not _is_ours(request) or _is_kept_elsewhere():
        return
    to = colleague(db.session(), message.user_id) if message.user_id else _assignee(request)
    with speaking(_language(to)):
        _to_staff(request, notices.undelivered(request, message, said), to)


def on_given_up(_sender: Flask, *, mail_id: int, reason: str, **_more: object) -> None:
    """Note at a message that no server took its mail."""
    message = db.session.scalar(select(RequestMessage).where(RequestMessage.mail_id == mail_id))
    if message is not None:
        not_arrived(db.session.get_one(ContactRequest, message.request_id), message, reason)
    else:
        mail = db.session.get(OutgoingMail, mail_id)
        claim = next(iter(claims(mail.message_id)), None) if mail else None
        request = by_reference(db.session(), claim.reference) if claim else None
        if claim is None or request is None:
            return
        words = NOTICE_CAME_BACK if claim.is_staff else COPY_CAME_BACK
        leave_note(db.session(), request, words, said=reason)
    db.session.commit()


def init_app(app: Flask) -> None:
    """Write mails about what happens to requests."""
    enclosing.register(app, ANSWER, enclosed)
    signals.request_opened.connect(on_opened)
    signals.message_added.connect(on_message)
    signals.request_assigned.connect(on_assigned)
    signals.request_resolved.connect(on_resolved)
    signals.request_reopened.connect(on_reopened)
    mail_given_up.connect(on_given_up)
    message_undelivered.connect(on_undelivered)
