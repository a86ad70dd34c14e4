"""What the home page says of others: the articles that help most, the questions asked most."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, func, or_, select

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


def asked_most(
    locale: str, limit: int = SHOWN, *, now: datetime | None = None
) -> list[tuple[str, str]]:
    """Return this week's most asked questions that an article answered, as (title, address).

    At least two visitors asked each. The words shown are the article's title, which a writer has read
    over: what strangers type must not appear on the home page.
    """
    asked = _answered_since((now or utc_now()) - WEEK, locale)
    shared = {each: found for each, found in asked.items() if len(found) >= MIN_ASKERS}
    translations = db.session.scalars(published(locale).where(Translation.id.in_(shared)))
    ranked = sorted(translations, key=lambda each: (-len(shared[each.id]), each.id))
    return [(each.title, address_of(each)) for each in ranked[:limit]]


def _answered_since(since: datetime, locale: str) -> dict[int, set[str]]:
    """Return who asked before reading each article, by translation."""
    asked: dict[int, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(ArticleRead.translation_id, Visit.visitor)
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
    for translation_id, visitor in rows:
        asked[translation_id].add(visitor)
    return asked
