"""Write down what visitors do. Watching must never break or slow a page.

Pages note what they watch (`note_search`, `note_read`): it waits in the spool and enters a moment
later. `record_search` and `record_read` enter the same at once, in a short transaction of their own.
What a visitor was promised (a vote) is kept at once or raises `NotRecorded`, so that nobody is thanked
for a vote that was not kept.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import structlog
from flask import current_app
from sqlalchemy import Integer, Select, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from articles.models import Translation
from feedback.intents import Asked, clean, normalise, place
from feedback.models import ArticleRead, BotReason, Channel, SearchIntent, Visit
from feedback.redaction import redact
from feedback.spool import events
from feedback.spool.draining import drain
from feedback.visitors import Visitor
from feedback.writing import NotRecorded, write
from kb.db import utc_now

if TYPE_CHECKING:
    from search.results import Results

SILENCE = timedelta(minutes=30)  # closes a visit
WATCH_WAIT_MS = 100  # a page waits no longer for an event to be written
PROMISE_WAIT_MS = 3_000  # a voter waits this long
DRAIN_WAIT_SECONDS = 1  # of these, for what waits to enter before
MAX_SHOWN = 50  # translations remembered for one intent
MAX_READ_SECONDS = 3_600  # longer is a forgotten tab

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a search showed: the facts that outcomes are decided from."""

    retrieved: int
    matched: int
    confidence: float
    weak: bool
    mode: str
    translation_ids: tuple[int, ...]


def shown_by(results: "Results") -> Shown:
    """Return the facts of a search; a search without any hit is weak, whatever its confidence."""
    return Shown(
        retrieved=results.total,
        matched=sum(hit.keyword_score > 0 for hit in results.hits),
        confidence=results.confidence,
        weak=results.weak or not results.hits,
        mode=results.mode,
        translation_ids=tuple(int(hit.document_id) for hit in results.hits),
    )


def watch(work: Callable[[Session], T], *, event: str) -> T | None:
    """Write an event if the database takes it at once; otherwise count it as lost and return None."""
    try:
        return write(work, WATCH_WAIT_MS)
    except NotRecorded as error:
        events.spool_of(current_app).count_loss()
        log.warning("event lost", event_kind=event, reason=str(error))
        return None


def promise(work: Callable[[Session], T]) -> T:
    """Write what a visitor was promised, or raise `NotRecorded`.

    What was noted before enters first, so that a vote finds the search that led to it.
    """
    drain(wait_seconds=DRAIN_WAIT_SECONDS, busy_wait_ms=WATCH_WAIT_MS)
    return write(work, PROMISE_WAIT_MS)


def open_visit(
    session: Session, visitor: Visitor, locale: str, at: datetime, channel: Channel = Channel.SITE
) -> Visit:
    """Return the visitor's running visit, extended to `at`, or a new one."""
    latest = session.scalar(
        select(Visit).where(Visit.visitor == visitor.id).order_by(Visit.number.desc()).limit(1)
    )
    if latest and latest.settled_at is None and at - latest.last_seen_at < SILENCE:
        latest.last_seen_at = max(latest.last_seen_at, at)
        latest.is_staff = latest.is_staff or visitor.is_staff
        latest.customer_id = visitor.customer_id or latest.customer_id
        latest.origin = latest.origin or visitor.origin
        return latest
    visit = Visit(
        visitor=visitor.id,
        number=latest.number + 1 if latest else 1,
        locale=locale,
        channel=channel,
        started_at=at,
        last_seen_at=at,
        origin=visitor.origin,
        is_bot=visitor.is_bot,
        bot_reason=BotReason.NAME if visitor.is_bot else None,
        is_staff=visitor.is_staff,
        customer_id=visitor.customer_id,
    )
    session.add(visit)
    session.flush()
    return visit


@dataclass(frozen=True, slots=True)
class _Search:
    """A search as it is kept, personal data replaced."""

    query: str
    normalised: str
    locale: str
    shown: Shown
    page: int
    channel: Channel


def _search(query: str, locale: str, shown: Shown, page: int, channel: Channel) -> _Search | None:
    words = clean(redact(clean(query)))
    normalised = normalise(words)
    return _Search(words, normalised, locale, shown, page, channel) if normalised else None


def note_search(
    visitor: Visitor,
    *,
    query: str,
    locale: str,
    shown: Shown,
    page: int = 1,
    channel: Channel = Channel.SITE,
) -> bool:
    """Note a search, to be entered soon; return whether there was one to note and room for it."""
    search = _search(query, locale, shown, page, channel)
    return search is not None and events.note("search", visitor, asdict(search))


def record_search(
    visitor: Visitor,
    *,
    query: str,
    locale: str,
    shown: Shown,
    page: int = 1,
    at: datetime | None = None,
    channel: Channel = Channel.SITE,
) -> int | None:
    """Record a search and return its intent's id; None when nothing was asked or it was lost."""
    search = _search(query, locale, shown, page, channel)
    if search is None:
        return None
    moment = at or utc_now()
    return watch(lambda session: _enter_search(session, visitor, search, moment), event="search")


def enter_search(session: Session, event: events.Event) -> None:
    """Enter a search from the spool."""
    facts = dict(event.facts)
    shown = Shown(**facts.pop("shown"))
    channel = Channel(facts.pop("channel"))
    search = _Search(**facts, shown=shown, channel=channel)
    _enter_search(session, event.visitor, search, event.at)


def _enter_search(session: Session, visitor: Visitor, search: _Search, at: datetime) -> int:
    visit = open_visit(session, visitor, search.locale, at, search.channel)
    intent = _intent_for(session, visit, search.normalised, search.locale, at)
    intent.query = search.query
    intent.normalised = search.normalised
    intent.searched_at = at
    intent.channel = search.channel
    _keep_shown(intent, search.shown, search.page)
    session.add(intent)
    session.flush()
    return intent.id


def _intent_for(
    session: Session, visit: Visit, normalised: str, locale: str, at: datetime
) -> SearchIntent:
    """Return the intent that a search belongs to, new or already there."""
    placement = place(normalised, locale, at, _asked(session, visit.id, normalised, locale))
    if placement.absorbed is not None:
        beginning = session.get(SearchIntent, placement.absorbed)
        if beginning is not None:
            session.delete(beginning)
            session.flush()
    if placement.same_as is not None:
        known = session.get(SearchIntent, placement.same_as)
        if known is not None:
            known.times += 1
            return known
    return SearchIntent(
        visit_id=visit.id,
        locale=locale,
        times=1,
        shown=[],
        created_at=at,
        reformulation_of_id=placement.reformulation_of,
    )


def _asked(session: Session, visit_id: int, normalised: str, locale: str) -> list[Asked]:
    """Return what decides where a search belongs: the latest of the visit, and the same question.

    Whole offices share an address: their one visit may hold thousands of searches.
    """
    wanted = {"visit": visit_id, "question": normalised, "locale": locale}
    return [
        Asked(each.id, each.normalised, each.locale, each.searched_at, opened)
        for each, opened in session.execute(_asked_query(), wanted)
    ]


@cache
def _asked_query() -> Select[SearchIntent, datetime | None]:
    """Return the statement once: to build it takes longer than to run it."""
    visit_id = bindparam("visit", type_=Integer)
    any_of_visit = aliased(SearchIntent)
    latest = (
        select(any_of_visit.id)
        .where(any_of_visit.visit_id == visit_id)
        .order_by(any_of_visit.searched_at.desc(), any_of_visit.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    opened_at = (
        select(func.max(ArticleRead.last_opened_at))
        .where(ArticleRead.visit_id == visit_id, ArticleRead.intent_id == SearchIntent.id)
        .correlate(SearchIntent)
        .scalar_subquery()
    )
    is_same = and_(
        SearchIntent.normalised == bindparam("question", type_=String),
        SearchIntent.locale == bindparam("locale", type_=String),
    )
    return (
        select(SearchIntent, opened_at)
        .where(SearchIntent.visit_id == visit_id, or_(SearchIntent.id == latest, is_same))
        .order_by(SearchIntent.id)
    )


def _keep_shown(intent: SearchIntent, shown: Shown, page: int) -> None:
    """Keep what the first page said; further pages only add to what was shown."""
    if page > 1 and intent.shown:
        added = [each for each in shown.translation_ids if each not in intent.shown]
        intent.shown = [*intent.shown, *added][:MAX_SHOWN]
        return
    intent.retrieved = shown.retrieved
    intent.matched = shown.matched
    intent.confidence = shown.confidence
    intent.weak = shown.weak
    intent.mode = shown.mode
    intent.shown = list(shown.translation_ids[:MAX_SHOWN])


def leading_intent(
    session: Session, visit: Visit, translation_id: int, query: str
) -> SearchIntent | None:
    """Return the intent that led to an article.

    The one whose question was posted, if the visit has it (nobody can claim a question that was not
    asked); else the latest that showed the article.
    """
    intents = session.scalars(
        select(SearchIntent)
        .where(SearchIntent.visit_id == visit.id)
        .order_by(SearchIntent.searched_at.desc(), SearchIntent.id.desc())
    ).all()
    wanted = normalise(clean(redact(clean(query)))) if query else ""
    named = next((each for each in intents if wanted and each.normalised == wanted), None)
    return named or next((each for each in intents if translation_id in each.shown), None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """An article that is open, and for how long it has been read so far."""

    translation_id: int
    revision_id: int | None
    locale: str
    query: str
    rank: int | None
    seconds: int
    channel: Channel = Channel.SITE  # of events noted before there was another


def _reading(
    translation: Translation, query: str, rank: int | None, seconds: int, channel: Channel
) -> _Reading:
    return _Reading(
        translation.id,
        translation.public_revision_id,
        translation.locale,
        clean(redact(clean(query))),
        rank,
        min(seconds, MAX_READ_SECONDS),
        channel,
    )


def note_read(
    visitor: Visitor,
    translation: Translation,
    *,
    query: str = "",
    rank: int | None = None,
    seconds: int = 0,
    channel: Channel = Channel.SITE,
) -> bool:
    """Note that an article was opened or is being read, to be entered soon."""
    reading = _reading(translation, query, rank, seconds, channel)
    return events.note("read", visitor, asdict(reading))


def record_read(
    visitor: Visitor,
    translation: Translation,
    *,
    query: str = "",
    rank: int | None = None,
    seconds: int = 0,
    at: datetime | None = None,
    channel: Channel = Channel.SITE,
) -> int | None:
    """Record that an article was opened, and for how long it has been read so far.

    One visit's openings of an article from the same question are one row, with the longest reading.
    """
    moment = at or utc_now()
    reading = _reading(translation, query, rank, seconds, channel)
    return watch(lambda session: _enter_reading(session, visitor, reading, moment), event="read")


def enter_read(session: Session, event: events.Event) -> None:
    """Enter a reading from the spool."""
    facts = dict(event.facts)
    channel = Channel(facts.pop("channel", Channel.SITE))
    _enter_reading(session, event.visitor, _Reading(**facts, channel=channel), event.at)


def _enter_reading(session: Session, visitor: Visitor, reading: _Reading, at: datetime) -> int:
    visit = open_visit(session, visitor, reading.locale, at, reading.channel)
    intent = leading_intent(session, visit, reading.translation_id, reading.query)
    intent_id = intent.id if intent else None
    read = _read_row(session, visit.id, reading.translation_id, intent_id)
    if read is None:
        opened_at = max(at - timedelta(seconds=reading.seconds), visit.started_at)
        read = ArticleRead(
            visit_id=visit.id,
            translation_id=reading.translation_id,
            revision_id=reading.revision_id,
            intent_id=intent_id,
            rank=reading.rank,
            opened_at=opened_at,
            last_opened_at=opened_at,
            read_seconds=0,
        )
        session.add(read)
    elif not reading.seconds:
        read.last_opened_at = at
    read.read_seconds = max(read.read_seconds, reading.seconds)
    session.flush()
    return read.id


def _read_row(
    session: Session, visit_id: int, translation_id: int, intent_id: int | None
) -> ArticleRead | None:
    return session.scalar(
        select(ArticleRead).where(
            ArticleRead.visit_id == visit_id,
            ArticleRead.translation_id == translation_id,
            ArticleRead.intent_id.is_(None)
            if intent_id is None
            else ArticleRead.intent_id == intent_id,
        )
    )
