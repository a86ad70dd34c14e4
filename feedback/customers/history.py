"""What a customer did and what was said to them, in one order, read a page at a time.

A customer's are the visits in which a token named them, and the requests sent then; and what was sent
with the very address that their company gives for them, marked so. Nothing is kept for this page: it
is read from the events, and ends when they are erased.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from articles.models import Translation
from feedback.announcements.models import Announcement, AnnouncementText, Subscription
from feedback.contact.models import ContactAttempt
from feedback.models import ArticleRead, Channel, SearchIntent, Visit, Vote
from feedback.requests.models import ContactRequest
from feedback.requests.resolving import state_of
from feedback.surveys.models import SurveyResponse
from kb.customers.models import Customer
from kb.db import db


class Kind(StrEnum):
    """What happened. In this order things of the same instant stand, the last one first."""

    SEARCH = "search"
    READ = "read"
    VOTE = "vote"
    CONTACT = "contact"
    REQUEST = "request"
    SURVEY = "survey"
    ANNOUNCEMENT = "announcement"


RANKS = {kind: number for number, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the history ends: the moment, the sort and the number of its last entry."""

    at: datetime
    kind: Kind
    number: int

    @property
    def rank(self) -> tuple[datetime, int, int]:
        """Return what entries are sorted by."""
        return self.at, RANKS[self.kind], self.number


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `words`: the customer's own; `title`: of the article or notice.

    `state` says what became of it: the outcome of a search, the state of a request, yes or no.
    """

    kind: Kind
    number: int
    at: datetime
    channel: Channel | None
    locale: str
    words: str = ""
    title: str = ""
    state: str = ""
    reference: str = ""
    translation_id: int | None = None
    slug: str = ""
    seconds: int | None = None
    score: int | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Return where this entry stands."""
        return Place(self.at, self.kind, self.number)


def history(
    customer: Customer, *, before: Place | None = None, limit: int = 50
) -> tuple[list[Entry], Place | None]:
    """Return the newest entries before a place, and the place to go on from, None at the end."""
    found = [
        entry
        for read in (_searches, _readings, _votes, _contacts, _requests, _surveys, _announcements)
        for entry in read(customer, before, limit + 1)
    ]
    ordered = sorted(found, key=lambda each: each.place.rank, reverse=True)
    given = ordered[:limit]
    return given, given[-1].place if len(ordered) > limit else None


def _before(
    kind: Kind,
    at: InstrumentedAttribute[Any],
    number: InstrumentedAttribute[int],
    place: Place | None,
) -> list[ColumnElement[bool]]:
    """Return the condition for the entries of a kind that stand before a place."""
    if place is None:
        return []
    if RANKS[kind] < RANKS[place.kind]:
        return [at <= place.at]
    if kind is place.kind:
        return [or_(at < place.at, and_(at == place.at, number < place.number))]
    return [at < place.at]


def _searches(customer: Customer, place: Place | None, limit: int) -> Iterable[Entry]:
    rows = db.session.scalars(
        select(SearchIntent)
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            Visit.customer_id == customer.id,
            *_before(Kind.SEARCH, SearchIntent.created_at, SearchIntent.id, place),
        )
        .order_by(SearchIntent.created_at.desc(), SearchIntent.id.desc())
        .limit(limit)
    )
    for each in rows:
        outcome = each.outcome.value if each.outcome else ""
        yield Entry(
            Kind.SEARCH, each.id, each.created_at, each.channel, each.locale,
            words=each.query, state=outcome,
        )  # fmt: skip


def _readings(customer: Customer, place: Place | None, limit: int) -> Iterable[Entry]:
    rows = db.session.execute(
        select(ArticleRead, Translation, Visit.channel)
        .join(Visit, Visit.id == ArticleRead.visit_id)
        .join(Translation, Translation.id == ArticleRead.translation_id)
        .where(
            Visit.customer_id == customer.id,
            *_before(Kind.READ, ArticleRead.opened_at, ArticleRead.id, place),
        )
        .order_by(ArticleRead.opened_at.desc(), ArticleRead.id.desc())
        .limit(limit)
    )
    for read, article, channel in rows:
        yield Entry(
            Kind.READ, read.id, read.opened_at, channel, article.locale, title=article.title,
            translation_id=article.id, slug=article.slug, seconds=read.read_seconds,
        )  # fmt: skip


def _votes(customer: Customer, place: Place | None, limit: int) -> Iterable[Entry]:
    rows = db.session.execute(
        select(Vote, Translation, Visit.channel)
        .join(Visit, Visit.id == Vote.visit_id)
        .join(Translation, Translation.id == Vote.translation_id)
        .where(Visit.customer_id == customer.id, *_before(Kind.VOTE, Vote.voted_at, Vote.id, place))
        .order_by(Vote.voted_at.desc(), Vote.id.desc())
        .limit(limit)
    )
    for vote, article, channel in rows:
        yield Entry(
            Kind.VOTE, vote.id, vote.voted_at, channel, article.locale, title=article.title,
            words=vote.comment, state="yes" if vote.helpful else "no", translation_id=article.id,
            slug=article.slug, details={"reason": vote.reason.value if vote.reason else None},
        )  # fmt: skip


def _contacts(customer: Customer, place: Place | None, limit: int) -> Iterable[Entry]:
    """Yield the times when they looked for a person, and whether an article answered instead."""
    rows = db.session.execute(
        select(ContactAttempt, Translation)
        .join(Visit, Visit.id == ContactAttempt.visit_id)
        .outerjoin(Translation, Translation.id == ContactAttempt.answered_by_id)
        .where(
            Visit.customer_id == customer.id,
            *_before(Kind.CONTACT, ContactAttempt.opened_at, ContactAttempt.id, place),
        )
        .order_by(ContactAttempt.opened_at.desc(), ContactAttempt.id.desc())
        .limit(limit)
    )
    for attempt, article in rows:
        yield Entry(
            Kind.CONTACT, attempt.id, attempt.opened_at, attempt.channel, attempt.locale,
            title=article.title if article else "",
            state="answered" if attempt.answered_at else "",
            translation_id=article.id if article else None, slug=article.slug if article else "",
        )  # fmt: skip


def _is_theirs(customer: Customer) -> ColumnElement[bool]:
    """Return that a request is a customer's: a token named them, or it gives their address."""
    named = ContactRequest.customer_id == customer.id
    if not customer.email:
        return named
    by_address = and_(
        ContactRequest.customer_id.is_(None),
        func.lower(ContactRequest.email) == customer.email.lower(),
    )
    return or_(named, by_address)


def _requests(customer: Customer, place: Place | None, limit: int) -> Iterable[Entry]:
    rows = db.session.scalars(
        select(ContactRequest)
        .where(
            _is_theirs(customer),
            *_before(Kind.REQUEST, ContactRequest.created_at, ContactRequest.id, place),
        )
        .order_by(ContactRequest.created_at.desc(), ContactRequest.id.desc())
        .limit(limit)
    )
    for each in rows:
        yield Entry(
            Kind.REQUEST, each.id, each.created_at, each.channel, each.locale, title=each.subject,
            words=each.message, state=state_of(each).value, reference=each.reference,
            details={
                "by_address": each.customer_id is None,
                "answered_at": each.answered_at,
                "resolved_at": each.resolved_at,
            },
        )  # fmt: skip


def _surveys(customer: Customer, place: Place | None, limit: int) -> Iterable[Entry]:
    theirs = select(ContactRequest.id).where(_is_theirs(customer))
    rows = db.session.execute(
        select(SurveyResponse, Visit.channel)
        .outerjoin(Visit, Visit.id == SurveyResponse.visit_id)
        .where(
            or_(Visit.customer_id == customer.id, SurveyResponse.request_id.in_(theirs)),
            SurveyResponse.answered_at.is_not(None),
            *_before(Kind.SURVEY, SurveyResponse.asked_at, SurveyResponse.id, place),
        )
        .order_by(SurveyResponse.asked_at.desc(), SurveyResponse.id.desc())
        .limit(limit)
    )
    for each, channel in rows:
        yield Entry(
            Kind.SURVEY, each.id, each.asked_at, channel, each.locale, words=each.comment,
            state=each.survey.value, score=each.score,
        )  # fmt: skip


def _announcements(customer: Customer, place: Place | None, limit: int) -> Iterable[Entry]:
    """Yield the notices that were sent to the address of a customer."""
    if not customer.email:
        return
    follows = db.session.scalars(
        select(Subscription).where(
            func.lower(Subscription.email) == customer.email.lower(),
            Subscription.confirmed_at.is_not(None),
        )
    ).all()
    if not follows:
        return
    rows = db.session.scalars(
        select(Announcement)
        .where(
            Announcement.announced_at.is_not(None),
            *_before(Kind.ANNOUNCEMENT, Announcement.announced_at, Announcement.id, place),
        )
        .order_by(Announcement.announced_at.desc(), Announcement.id.desc())
    ).all()
    sent = [each for each in rows if any(_reached(one, each) for one in follows)][:limit]
    titles = _titles([each.id for each in sent], follows[0].locale)
    for each in sent:
        assert each.announced_at is not None, "as the query wants"
        yield Entry(
            Kind.ANNOUNCEMENT, each.id, each.announced_at, Channel.EMAIL, follows[0].locale,
            title=titles.get(each.id, ""), state="fixed" if each.fixed_at else "",
        )  # fmt: skip


def _reached(follows: Subscription, notice: Announcement) -> bool:
    """Tell whether a notice was sent to who follows: all of them, or this one."""
    since = follows.confirmed_at
    if since is None or notice.announced_at is None:
        return False
    if follows.announcement_id is not None:
        return follows.announcement_id == notice.id
    is_about = follows.category_id is None or follows.category_id in notice.category_ids
    return is_about and notice.announced_at >= since


def _titles(ids: Sequence[int], locale: str) -> dict[int, str]:
    """Return the titles of notices, in a language where they have one."""
    texts = db.session.scalars(
        select(AnnouncementText)
        .where(AnnouncementText.announcement_id.in_(ids))
        .order_by(AnnouncementText.locale == locale)
    )
    return {each.announcement_id: each.title for each in texts}
