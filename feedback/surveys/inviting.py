"""Ask by mail how a request was dealt with: once it is resolved, after a pause for second thoughts."""

from datetime import datetime, timedelta

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select

from articles.views import site_root
from feedback.letters import Link, Part, as_html, as_text
from feedback.mailbox.addressing import name_of_message, reply_address
from feedback.mailbox.threading import claim_of, headers_for_customer
from feedback.requests.models import ContactRequest
from feedback.surveys.asking import token_of
from feedback.surveys.eligibility import SCORES, is_within
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.surveys.persons import put_to
from feedback.surveys.words import LABELS, question_words
from kb.db import db
from kb.locales import settings
from kb.mail import outbox
from kb.mail.models import OutgoingMail

SECOND_THOUGHTS = timedelta(minutes=15)  # in which a resolved request may be opened again unseen


def invite(request: ContactRequest, *, at: datetime) -> SurveyResponse | None:
    """Put the question into the outbox, uncommitted; None for whom it is not put to."""
    shown = show(request, at=at) if request.email else None
    if shown is None:
        return None
    with force_locale(request.locale):
        subject = _("How did we deal with your request %(reference)s?", reference=request.reference)
        parts = _parts(request, token_of(shown))
        mail = outbox.send(
            request.email,
            kind="survey",
            subject=outbox.one_line(subject),
            text=as_text(parts),
            html=as_html(subject, parts, request.locale),
            reply_to=reply_address(claim_of(request)) or settings().contact_email,
            message_id=name_of_message(claim_of(request)),
            headers=headers_for_customer(request),
            due_at=at + SECOND_THOUGHTS,
        )
    db.session.flush()
    shown.mail_id = mail.id
    return shown


def show(request: ContactRequest, *, at: datetime) -> SurveyResponse | None:
    """Return the question about a request as shown to its sender, uncommitted; None for most.

    Nobody is asked twice within the pause: neither the visitor nor the address,
    nor a customer who is known, nor the browser in which the request was written.
    """
    if request.is_bot or request.is_staff or _was_asked(request, at):
        return None
    shown = SurveyResponse(
        survey=Survey.CSAT,
        after=After.REQUEST,
        visitor=request.visitor,
        origin=request.origin,
        visit_id=request.visit_id,
        locale=request.locale,
        translation_id=request.subject_id,
        request_id=request.id,
        asked_at=at,
        simulated=request.simulated,
    )
    db.session.add(shown)
    db.session.flush()
    return shown


def withdraw(request: ContactRequest) -> None:
    """Take back a question that has not left yet, uncommitted; one that has left stays."""
    waiting = db.session.execute(
        select(SurveyResponse.id, OutgoingMail.id)
        .join(OutgoingMail, OutgoingMail.id == SurveyResponse.mail_id)
        .where(SurveyResponse.request_id == request.id, OutgoingMail.sent_at.is_(None))
    ).all()
    for response_id, mail_id in waiting:
        db.session.execute(delete(SurveyResponse).where(SurveyResponse.id == response_id))
        db.session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))


def _was_asked(request: ContactRequest, at: datetime) -> bool:
    pause = timedelta(days=settings().survey_pause_days)
    if request.surveyed_at is not None and is_within([request.surveyed_at], at, pause):
        return True
    person = put_to(request.visitor, email=request.email, customer_id=request.customer_id)
    asked = select(SurveyResponse.id).where(SurveyResponse.asked_at > at - pause, person)
    return db.session.scalar(asked.limit(1)) is not None


def _parts(request: ContactRequest, token: str) -> list[Part]:
    page = site_root() + url_for("surveys.question", locale=request.locale, token=token)
    return [
        _("Hello,"),
        _(
            "Your request “%(subject)s” (%(reference)s) is closed.",
            subject=request.subject,
            reference=request.reference,
        ),
        question_words(Survey.CSAT),
        *(
            Link(f"{page}?score={score}", f"{score} – {LABELS[Survey.CSAT][score]}")
            for score in SCORES[Survey.CSAT]
        ),
        _("If something is still open, just answer this message."),
        settings().site_name,
    ]
