"""Add up what a day did with each article, from the events of that day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Row, delete, func, insert, select

from articles.models import Translation
from feedback.contact.models import ContactAttempt
from feedback.models import ArticleRead, Channel, SearchIntent, Visit, Vote
from feedback.outcomes import Outcome
from feedback.reports.articles_models import COUNTED, ArticleAgain, ArticleDay
from feedback.reports.by_channel import came_through
from feedback.reports.packs import packed
from feedback.reports.periods import Period
from feedback.requests.models import ContactRequest
from kb.db import db

LONGEST_VISIT = timedelta(days=1)  # how long before a day a visit may have begun that reaches it
FIRST_PAGE = 10  # results that count as shown
CHUNK = 500  # values of one IN (…)

T = TypeVar("T")

ReadRow = Row[int, int, str, int | None, datetime, Outcome | None]
VoteRow = Row[int, int | None, bool, bool, bool]


class Seen(NamedTuple):
    """A reader and what they read."""

    visitor: str
    translation_id: int


def chunks(values: Iterable[T]) -> Iterable[list[T]]:
    """Return values in lists short enough for every database."""
    known = list(values)
    return (known[start : start + CHUNK] for start in range(0, len(known), CHUNK))


def fill(day: date, period: Period) -> None:
    """Write the rows of `day` anew; the session is not committed."""
    _write(ArticleDay, day, counted_in(period))
    _write(ArticleAgain, day, again_in(period))


def counted_in(period: Period, channel: Channel | None = None) -> list[tuple[int, ...]]:
    """Return the numbers of each article on a day, through one channel or all."""
    reads = _reads(period, channel)
    votes = _votes(period, channel)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    _count_reads(counts, reads, votes)
    _count_exits(counts, reads, _persons_sought(period))
    _count_votes(counts, votes)
    for each, number in _shown(period, channel).items():
        counts[each]["shown"] = number
    known = _existing(counts)
    return [(each, *(counts[each][name] for name in COUNTED)) for each in known]


def again_in(period: Period, channel: Channel | None = None) -> list[tuple[int, ...]]:
    """Return the readers of a day who had read an article before, through one channel or all."""
    again = _again(_reads(period, channel), period, channel)
    return [(*key, readers) for key, readers in again.items()]


def _existing(translation_ids: Iterable[int]) -> list[int]:
    """Return those that are still there: what a search showed may have been erased since."""
    return [
        found
        for some in chunks(translation_ids)
        for found in db.session.scalars(select(Translation.id).where(Translation.id.in_(some)))
    ]


def _write(table: type[ArticleDay | ArticleAgain], day: date, rows: list[tuple[int, ...]]) -> None:
    """Write the rows of a day in place of those that were there."""
    db.session.execute(delete(table).where(table.day == day))
    if rows:
        db.session.execute(insert(table).values(day=day, counts=packed(rows, len(rows[0]))))


def _reads(period: Period, channel: Channel | None) -> Sequence[ReadRow]:
    return db.session.execute(
        select(
            ArticleRead.visit_id,
            ArticleRead.translation_id,
            Visit.visitor,
            ArticleRead.intent_id,
            ArticleRead.opened_at,
            SearchIntent.outcome,
        )
        .join(Visit, Visit.id == ArticleRead.visit_id)
        .outerjoin(SearchIntent, SearchIntent.id == ArticleRead.intent_id)
        .where(
            Visit.started_at >= period.since - LONGEST_VISIT,
            Visit.started_at < period.until,
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
            Visit.settled_at.is_not(None),
            ArticleRead.opened_at >= period.since,
            ArticleRead.opened_at < period.until,
            *_visited(channel),
        )
    ).all()


def _visited(channel: Channel | None) -> tuple[ColumnElement[bool], ...]:
    return () if channel is None else (Visit.channel == channel,)


def _votes(period: Period, channel: Channel | None) -> Sequence[VoteRow]:
    through = () if channel is None else (came_through(Vote, channel),)
    return db.session.execute(
        select(Vote.translation_id, Vote.visit_id, Vote.helpful, Vote.is_bot, Vote.is_staff).where(
            Vote.voted_at >= period.since, Vote.voted_at < period.until, *through
        )
    ).all()


def _count_reads(
    counts: dict[int, Counter[str]], reads: Sequence[ReadRow], votes: Sequence[VoteRow]
) -> None:
    against = {(vote.visit_id, vote.translation_id) for vote in votes if not vote.helpful}
    for read in reads:
        counted = counts[read.translation_id]
        counted["views"] += 1
        if read.intent_id is not None:
            counted["searched"] += 1
            is_refused = (read.visit_id, read.translation_id) in against
            counted["refused"] += is_refused or read.outcome is Outcome.ESCALATED
    for _visit, each in {(read.visit_id, read.translation_id) for read in reads}:
        counts[each]["visits"] += 1
    for seen in _readers(reads):
        counts[seen.translation_id]["readers"] += 1


def _readers(reads: Iterable[ReadRow]) -> set[Seen]:
    return {Seen(read.visitor, read.translation_id) for read in reads}


def _persons_sought(period: Period) -> dict[int, datetime]:
    """Return when each visit last looked for a person, of the day and of what goes on after it."""
    until = period.until + LONGEST_VISIT
    attempts = select(ContactAttempt.visit_id, ContactAttempt.opened_at).where(
        ContactAttempt.opened_at >= period.since, ContactAttempt.opened_at < until
    )
    requests = select(ContactRequest.visit_id, ContactRequest.created_at).where(
        ContactRequest.created_at >= period.since,
        ContactRequest.created_at < until,
        ContactRequest.visit_id.is_not(None),
    )
    latest: dict[int, datetime] = {}
    for query in (attempts, requests):
        for visit_id, at in db.session.execute(query):
            if visit_id is not None:
                latest[visit_id] = max(at, latest.get(visit_id, at))
    return latest


def _count_exits(
    counts: dict[int, Counter[str]], reads: Iterable[ReadRow], sought: Mapping[int, datetime]
) -> None:
    left = {
        (read.visit_id, read.translation_id)
        for read in reads
        if read.visit_id in sought and read.opened_at <= sought[read.visit_id]
    }
    for _visit, translation_id in left:
        counts[translation_id]["exits"] += 1


def _count_votes(counts: dict[int, Counter[str]], votes: Iterable[VoteRow]) -> None:
    for vote in votes:
        counted = counts[vote.translation_id]
        counted["raw_votes"] += 1
        counted["raw_helpful"] += vote.helpful
        if not vote.is_bot and not vote.is_staff:
            counted["votes"] += 1
            counted["helpful"] += vote.helpful


def _shown(period: Period, channel: Channel | None) -> Counter[int]:
    """Return how many searches of people had each translation among the first ten."""
    rows = db.session.scalars(
        select(SearchIntent.shown)
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.created_at >= period.since,
            SearchIntent.created_at < period.until,
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
            Visit.settled_at.is_not(None),
            *(() if channel is None else (SearchIntent.channel == channel,)),
        )
    )
    return Counter(each for shown in rows for each in shown[:FIRST_PAGE])


def _again(
    reads: Sequence[ReadRow], period: Period, channel: Channel | None
) -> Counter[tuple[int, int]]:
    """Count the readers of a day who had come before, by article and the day they last had."""
    today = _readers(reads)
    counted: Counter[tuple[int, int]] = Counter()
    for visitors in chunks({seen.visitor for seen in today}):
        rows = db.session.execute(
            select(Visit.visitor, ArticleRead.translation_id, func.max(ArticleRead.opened_at))
            .join(ArticleRead, ArticleRead.visit_id == Visit.id)
            .where(
                Visit.visitor.in_(visitors),
                Visit.is_bot.is_(False),
                Visit.is_staff.is_(False),
                ArticleRead.opened_at < period.since,
                *_visited(channel),
            )
            .group_by(Visit.visitor, ArticleRead.translation_id)
        )
        for visitor, translation_id, before in rows:
            if Seen(visitor, translation_id) in today:
                day = before.astimezone(period.since.tzinfo).date()
                counted[translation_id, day.toordinal()] += 1
    return counted
