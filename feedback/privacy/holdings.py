"""Which rows are a person's, in every table that knows visitors or addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, inspect, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.announcements.models import Subscription
from feedback.comments.models import CommentSource, CommentState
from feedback.contact.models import ContactAttempt
from feedback.gaps.facts import Source
from feedback.gaps.models import GapEvent
from feedback.helpdesk.models import HeardEvent
from feedback.mailbox.models import IncomingMail
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.requests.models import ContactRequest, RequestFile, RequestLink, RequestMessage
from feedback.surveys.models import SurveyResponse
from feedback.waiting.models import Waiting
from kb.api.models import ApiAnswer
from kb.customers.models import Customer
from kb.db import Base
from kb.deliveries.models import Delivery
from kb.mail.models import OutgoingMail

AT_ONCE = 500  # rows in one statement
EVENTS: tuple[type[Base], ...] = (
    Visit,
    SearchIntent,
    ArticleRead,
    Vote,
    ContactAttempt,
    ContactRequest,
    SurveyResponse,
)
"""What every figure can be worked out from, each table after those that it points to."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about: an e-mail address, a visitor, a customer (by their id here), or all of these."""

    email: str = ""
    visitor: str = ""
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """The rows of one table that are a person's."""

    model: type[Base]
    ids: tuple[int, ...]

    @property
    def table(self) -> str:
        """The name of the table."""
        return str(self.model.__tablename__)


def holdings(session: Session, person: Person) -> list[Holding]:
    """Return all that the site holds of a person, what points to other rows before these.

    By an address: what was sent with it, and the visits in which that was sent. A browser may be many
    people's, so that what else it did is found by the visitor only. By a customer, and by the address
    of one: the visits in which a token named them, too.
    """
    customer = or_(_of_address(Customer.email, person), Customer.id == person.customer_id)
    customers = select(Customer.id).where(customer)
    requests = or_(
        _of_address(ContactRequest.email, person),
        _of_visitor(ContactRequest.visitor, person),
        ContactRequest.customer_id.in_(customers),
    )
    sent_in = select(ContactRequest.visit_id).where(
        or_(
            _of_address(ContactRequest.email, person),
            ContactRequest.customer_id.in_(customers),
        )
    )
    visit = or_(
        _of_visitor(Visit.visitor, person),
        Visit.id.in_(sent_in),
        Visit.customer_id.in_(customers),
    )
    visits = select(Visit.id).where(visit)

    def done(model: Any) -> ColumnElement[bool]:
        return or_(_of_visitor(model.visitor, person), model.visit_id.in_(visits))

    votes = select(Vote.id).where(done(Vote))
    request_ids = select(ContactRequest.id).where(or_(requests, done(ContactRequest)))
    surveys = or_(done(SurveyResponse), SurveyResponse.request_id.in_(request_ids))
    survey_ids = select(SurveyResponse.id).where(surveys)
    message = RequestMessage.request_id.in_(request_ids)
    carried = select(RequestMessage.mail_id).where(message, RequestMessage.mail_id.is_not(None))
    wanted: list[tuple[type[Base], ColumnElement[bool]]] = [
        (CommentState, _comments(CommentSource.VOTE, votes)),
        (CommentState, _comments(CommentSource.SURVEY, survey_ids)),
        (GapEvent, or_(_of_visitor(GapEvent.visitor, person), GapEvent.request_id.in_(request_ids),
            _said(Source.SEARCH, select(SearchIntent.id).where(SearchIntent.visit_id.in_(visits))),
            _said(Source.COMMENT, votes))),
        (Delivery, or_(_about("request", request_ids), _about("vote", votes),
            _about("request_message", select(RequestMessage.id).where(message)))),
        (SurveyResponse, surveys),
        (Vote, done(Vote)),
        (ArticleRead, ArticleRead.visit_id.in_(visits)),
        (SearchIntent, SearchIntent.visit_id.in_(visits)),
        (ContactAttempt, done(ContactAttempt)),
        (ApiAnswer, _answered(person, request_ids)),
        (HeardEvent, HeardEvent.request_id.in_(request_ids)),
        (RequestLink, RequestLink.request_id.in_(request_ids)),
        (RequestFile, or_(RequestFile.request_id.in_(request_ids),
            _of_visitor(RequestFile.visitor, person))),
        (IncomingMail, or_(IncomingMail.request_id.in_(request_ids),
            _of_address(IncomingMail.sender, person))),
        (OutgoingMail, or_(_of_address(OutgoingMail.recipient, person),
            _of_address(OutgoingMail.reply_to, person), OutgoingMail.id.in_(carried))),
        (RequestMessage, message),
        (ContactRequest, or_(requests, done(ContactRequest))),
        (Waiting, or_(_of_address(Waiting.email, person), _of_visitor(Waiting.visitor, person))),
        (Subscription, or_(_of_address(Subscription.email, person),
            _of_visitor(Subscription.visitor, person))),
        (Visit, visit),
        (Customer, customer),
    ]  # fmt: skip
    return [
        Holding(model, tuple(session.scalars(select(_key(model)).where(condition))))
        for model, condition in wanted
    ]


def _about(thing: str, ids: Any) -> ColumnElement[bool]:
    """Return the messages to other programs that tell of a thing, or have told."""
    return and_(Delivery.thing == thing, Delivery.thing_id.in_(ids))


def _answered(person: Person, request_ids: Any) -> ColumnElement[bool]:
    """Return what programs were answered, kept for a day, that names an address or a request."""
    named = select(ContactRequest.id).where(
        ContactRequest.id.in_(request_ids),
        ApiAnswer.body.like(literal("%") + ContactRequest.reference + literal("%")),
    )
    email = person.email.strip().lower()
    of_address = func.lower(ApiAnswer.body).contains(email, autoescape=True) if email else false()
    return or_(named.exists(), of_address)


def _comments(source: CommentSource, ids: Any) -> ColumnElement[bool]:
    return and_(CommentState.source == source, CommentState.source_id.in_(ids))


def _said(source: Source, ids: Any) -> ColumnElement[bool]:
    return and_(GapEvent.source == source, GapEvent.event_id.in_(ids))


def _of_address(column: InstrumentedAttribute[Any], person: Person) -> ColumnElement[bool]:
    email = person.email.strip().lower()
    return func.lower(column) == email if email else false()


def _of_visitor(column: InstrumentedAttribute[str], person: Person) -> ColumnElement[bool]:
    return column == person.visitor if person.visitor else false()


def _key(model: type[Base]) -> InstrumentedAttribute[int]:
    key: InstrumentedAttribute[int] = model.id  # type: ignore[attr-defined]
    return key


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in lists short enough for one statement."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def rows(session: Session, model: type[Base], ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield rows as JSON holds them, in the order of their ids."""
    for part in in_parts(sorted(ids)):
        chosen = _key(model).in_(part)
        for row in session.scalars(select(model).where(chosen).order_by(_key(model))):
            yield as_json(row)


def as_json(row: Base) -> dict[str, Any]:
    """Return every column of a row."""
    return {each.key: _plain(getattr(row, each.key)) for each in inspect(type(row)).column_attrs}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value
