"""Erase events by age. The sums that reports keep of those days stay as they were."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from feedback.comments.models import CommentSource, CommentState
from feedback.days import day_of, span
from feedback.gaps.following import forget
from feedback.mailbox.models import IncomingMail
from feedback.models import Visit, Vote
from feedback.privacy.files import files_where
from feedback.privacy.files import forget as forget_files
from feedback.privacy.words import forget_lone_words, forget_unused_words
from feedback.reports.rollups import freeze
from feedback.requests import word_index
from feedback.requests.models import ContactRequest, RequestFile, RequestMessage
from feedback.spool.draining import drain
from feedback.surveys.models import SurveyResponse
from kb.customers.models import Customer
from kb.db import db, utc_now
from kb.deliveries.models import Delivery
from kb.locales import settings

NOBODY = "erased-"  # and the row's number, as a visitor has one vote for a revision
BATCH_ROWS = 500  # erased in one transaction: nobody waits long for the lock
_OF_A_VOTE: dict[str, Any] = {"origin": "", "query": ""}
_OF_A_SURVEY: dict[str, Any] = {
    "origin": "", "comment": "", "visit_id": None, "request_id": None, "mail_id": None,
}  # fmt: skip

Said = Vote | SurveyResponse


def keep_retention(now: datetime | None = None) -> int:
    """Erase what is older than the settings say, in small steps; return how many rows were chosen.

    Visits go with their searches and readings, and words that one visitor alone had used. Votes and
    the scores of surveys stay, but nothing tells any more who gave them or what they had asked.
    """
    moment = now or utc_now()
    drain(wait_seconds=5)
    events = _midnight(moment - timedelta(days=settings().retention_days))
    requests = _midnight(moment - timedelta(days=settings().request_retention_days))
    if db.session.scalar(select(Visit.id).where(Visit.started_at < events).limit(1)) is not None:
        freeze(events - timedelta(microseconds=1))
    forget(before=events)
    db.session.commit()
    erased = (
        _erase(Visit.id, Visit.last_seen_at < events)
        + _erase_requests(requests)
        + _erase_customers(events)
        + _part(Vote, Vote.voted_at < events, _OF_A_VOTE)
        + _part(SurveyResponse, SurveyResponse.asked_at < events, _OF_A_SURVEY)
    )
    word_index.purge()
    forget_unused_words()
    forget_lone_words(day_of(events))
    return erased


def _erase_requests(before: datetime) -> int:
    """Erase requests with what came and went for them; messages, links and files go with theirs."""
    old = select(ContactRequest.id).where(ContactRequest.created_at < before)
    mail = or_(IncomingMail.received_at < before, IncomingMail.request_id.in_(old))
    said = select(RequestMessage.id).where(RequestMessage.request_id.in_(old))
    told = or_(
        and_(Delivery.thing == "request", Delivery.thing_id.in_(old)),
        and_(Delivery.thing == "request_message", Delivery.thing_id.in_(said)),
    )
    files = files_where(db.session(), RequestFile.request_id.in_(old), mail)
    erased = (
        _erase(Delivery.id, or_(Delivery.created_at < before, told))
        + _erase(IncomingMail.id, mail)
        + _erase(ContactRequest.id, ContactRequest.created_at < before)
    )
    forget_files(files)
    return erased


def _erase_customers(before: datetime) -> int:
    """Erase customers whom no token has named since, and whose requests are gone too."""
    writing = exists().where(ContactRequest.customer_id == Customer.id)
    return _erase(Customer.id, and_(Customer.seen_at < before, ~writing))


def _midnight(moment: datetime) -> datetime:
    """Return where the site's day of a moment begins: days are erased as a whole."""
    return span(day_of(moment)).since


def _erase(key: InstrumentedAttribute[int], condition: ColumnElement[bool]) -> int:
    erased = 0
    while ids := db.session.scalars(select(key).where(condition).limit(BATCH_ROWS)).all():
        db.session.execute(
            delete(key.class_).where(key.in_(ids)).execution_options(synchronize_session=False)
        )
        db.session.commit()
        erased += len(ids)
    return erased


def _part(model: type[Said], old: ColumnElement[bool], nothing: dict[str, Any]) -> int:
    """Part what was said from who said it; return how many rows."""
    count = 0
    named = (old, ~model.visitor.startswith(NOBODY))
    while ids := db.session.scalars(select(model.id).where(*named).limit(BATCH_ROWS)).all():
        db.session.execute(
            update(model), [{"id": each, "visitor": f"{NOBODY}{each}", **nothing} for each in ids]
        )
        if model is SurveyResponse:
            _forget_comments(ids)
        db.session.commit()
        count += len(ids)
    return count


def _forget_comments(surveys: Sequence[int]) -> None:
    """Erase what was decided about the comments of surveys, which are gone."""
    db.session.execute(
        delete(CommentState)
        .where(CommentState.source == CommentSource.SURVEY, CommentState.source_id.in_(surveys))
        .execution_options(synchronize_session=False)
    )
