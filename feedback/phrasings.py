"""What search may learn from visitors: the questions they asked, and their votes after them.

Robots and staff are left out. A vote counts for a question only where the search has shown the
article for it: nobody can tie an article to a question by hand.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from feedback.models import SearchIntent, Visit, Vote
from kb.db import db, utc_now
from search.taught.learning import VotedQuery
from search.taught.phrasings import HALF_LIFE_DAYS
from search.taught.preview import FrequentQuery

MAX_VOTES = 100_000  # the newest
OLDEST_VOTE = timedelta(days=8 * HALF_LIFE_DAYS)  # after which a vote counts for 0.4%
RECENT = timedelta(days=90)


def voted_queries(now: datetime | None = None) -> Iterator[VotedQuery]:
    """Yield every vote that a question led to."""
    rows = db.session.execute(
        select(
            Vote.translation_id,
            Vote.visitor,
            Vote.helpful,
            Vote.voted_at,
            Vote.simulated,
            SearchIntent.query,
            SearchIntent.shown,
        )
        .join(SearchIntent, SearchIntent.id == Vote.intent_id)
        .where(
            Vote.is_bot.is_(False),
            Vote.is_staff.is_(False),
            Vote.voted_at >= (now or utc_now()) - OLDEST_VOTE,
        )
        .order_by(Vote.voted_at.desc(), Vote.id.desc())
        .limit(MAX_VOTES)
    )
    for row in rows:
        if row.translation_id in row.shown:
            yield VotedQuery(
                row.translation_id, row.query, row.visitor, row.helpful, row.voted_at, row.simulated
            )


def frequent_queries(
    locale: str, limit: int, *, now: datetime | None = None
) -> list[FrequentQuery]:
    """Return the questions of the last three months, those of the most visitors first."""
    visitors = func.count(Visit.visitor.distinct())
    rows = db.session.execute(
        select(func.min(SearchIntent.query).label("query"), visitors.label("visitors"))
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.locale == locale,
            SearchIntent.created_at >= (now or utc_now()) - RECENT,
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
        )
        .group_by(SearchIntent.normalised)
        .order_by(visitors.desc(), SearchIntent.normalised)
        .limit(limit)
    )
    return [FrequentQuery(row.query, row.visitors) for row in rows]
