"""What the home page says of others: the articles that help most, the questions asked most."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import Integer, cast, func, or_, select
from sqlalchemy.orm import joinedload

from articles.models import Translation
from articles.queries import published
from articles.views import address_of
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.outcomes import READ_SECONDS, Outcome
from feedback.statistics import wilson
from kb.db import db, utc_now

SHOWN = 6
MIN_VOTES = 3  # one vote more would not change much: the Wilson bound ranks the rest
MIN_ASKERS = 2
WEEK = timedelta(days=7)


def most_helpful(locale: str, limit: int = SHOWN) -> list[Translation]:
    """Return the public articles of which the readers of today's words most surely say "yes"."""
    votes = db.session.execute(
        select(Vote.translation_id, func.sum(cast(Vote.helpful, Integer)), func.count())
        .join(Translation, Translation.public_revision_id == Vote.revision_id)
        .where(Translation.locale == locale, Vote.is_bot.is_(False), Vote.is_staff.is_(False))
        .group_by(Vote.translation_id)
        .having(func.count() >= MIN_VOTES)
    )
    bounds = {each: wilson(helpful, count).lower for each, helpful, count in votes if helpful}
    found = db.session.scalars(published(locale).where(Translation.id.in_(bounds)))
    return sorted(found, key=lambda each: (-bounds[each.id], each.id))[:limit]


@dataclass(slots=True)
class _Asked:
    visitors: set[str] = field(default_factory=set)
    queries: Counter[str] = field(default_factory=Counter)


def asked_most(
    locale: str, limit: int = SHOWN, *, now: datetime | None = None
) -> list[tuple[str, str]]:
    """Return this week's most asked questions that an article answered, as (question, address).

    At least two visitors asked each. The words shown are the article's own (the nearest of its known
    questions, else its title): what strangers type must not appear on the home page unread.
    """
    asked = _answered_since((now or utc_now()) - WEEK, locale)
    shared = {each: found for each, found in asked.items() if len(found.visitors) >= MIN_ASKERS}
    translations = db.session.scalars(
        published(locale)
        .where(Translation.id.in_(shared))
        .options(joinedload(Translation.public_revision))
    )
    ranked = sorted(translations, key=lambda each: (-len(shared[each.id].visitors), each.id))
    return [
        (_nearest_question(each, shared[each.id].queries), address_of(each))
        for each in ranked[:limit]
    ]


def _answered_since(since: datetime, locale: str) -> dict[int, _Asked]:
    """Return who asked what before reading each article, by translation."""
    asked: dict[int, _Asked] = defaultdict(_Asked)
    rows = db.session.execute(
        select(ArticleRead.translation_id, Visit.visitor, SearchIntent.query)
        .join(SearchIntent, SearchIntent.id == ArticleRead.intent_id)
        .join(Visit, Visit.id == ArticleRead.visit_id)
        .where(
            SearchIntent.created_at >= since,
            SearchIntent.locale == locale,
            ArticleRead.read_seconds >= READ_SECONDS,
            # Of a visit that is still going on, a reading is taken for an answer.
            or_(SearchIntent.outcome.is_(None), SearchIntent.outcome == Outcome.ANSWERED),
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
        )
    )
    for translation_id, visitor, query in rows:
        asked[translation_id].visitors.add(visitor)
        asked[translation_id].queries[query] += 1
    return asked


def _nearest_question(translation: Translation, queries: Counter[str]) -> str:
    revision = translation.public_revision
    known = [*(revision.answers if revision else []), translation.title]

    def nearness(question: str) -> float:
        return sum(
            count * fuzz.token_set_ratio(question.lower(), query.lower())
            for query, count in queries.items()
        )

    best = max(known, key=lambda each: (nearness(each), each))
    return best[:1].upper() + best[1:]
