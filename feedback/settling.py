"""Decide what became of the searches of visits that have closed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import select, update

from feedback.intents import SharesMeaning, shares_words
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.outcomes import Intent, Opening, Outcome, outcomes
from feedback.recording import SILENCE
from kb.db import db, utc_now

BATCH_VISITS = 500


def settle(now: datetime | None = None, *, shares_meaning: SharesMeaning = shares_words) -> int:
    """Decide the outcomes of every visit that closed before `now`; return how many visits there were.

    Idempotent, and safe beside another process doing the same: both write the same.
    """
    moment = now or utc_now()
    settled = 0
    while visit_ids := _closed_visits(moment):
        _settle_batch(visit_ids, moment, shares_meaning)
        settled += len(visit_ids)
    return settled


def recompute(now: datetime | None = None) -> int:
    """Forget every outcome and decide all of them anew from the events."""
    db.session.execute(update(SearchIntent).values(outcome=None))
    db.session.execute(update(Visit).values(settled_at=None))
    db.session.commit()
    return settle(now)


def _closed_visits(now: datetime) -> Sequence[int]:
    return db.session.scalars(
        select(Visit.id)
        .where(Visit.settled_at.is_(None), Visit.last_seen_at <= now - SILENCE)
        .order_by(Visit.last_seen_at, Visit.id)
        .limit(BATCH_VISITS)
    ).all()


def _settle_batch(visit_ids: Sequence[int], now: datetime, shares_meaning: SharesMeaning) -> None:
    decided: list[dict[str, int | Outcome]] = []
    openings = _openings(visit_ids)
    for _, group in groupby(_intents(visit_ids), key=lambda each: each.visit_id):
        rows = list(group)
        facts = [_facts(row, rows, openings[row.id], shares_meaning) for row in rows]
        decided += [
            {"id": row.id, "outcome": outcome}
            for row, outcome in zip(rows, outcomes(facts), strict=True)
        ]
    if decided:
        db.session.execute(update(SearchIntent), decided)
    db.session.execute(update(Visit).where(Visit.id.in_(visit_ids)).values(settled_at=now))
    db.session.commit()


def _intents(visit_ids: Sequence[int]) -> Sequence[SearchIntent]:
    return db.session.scalars(
        select(SearchIntent)
        .where(SearchIntent.visit_id.in_(visit_ids))
        .order_by(SearchIntent.visit_id, SearchIntent.searched_at, SearchIntent.id)
    ).all()


def _openings(visit_ids: Sequence[int]) -> dict[int, tuple[Opening, ...]]:
    """Return what was opened from each intent, with the vote that followed it.

    A vote without a reading comes from a visitor without JavaScript: the article was open all the same.
    """
    found: dict[tuple[int | None, int], Opening] = {}
    for read in db.session.scalars(
        select(ArticleRead)
        .where(ArticleRead.visit_id.in_(visit_ids), ArticleRead.intent_id.is_not(None))
        .order_by(ArticleRead.id)
    ):
        found[read.intent_id, read.translation_id] = Opening(read.opened_at, read.read_seconds)
    for vote in db.session.scalars(
        select(Vote)
        .where(Vote.visit_id.in_(visit_ids), Vote.intent_id.is_not(None))
        .order_by(Vote.id)
    ):
        key = (vote.intent_id, vote.translation_id)
        found[key] = replace(found.get(key, Opening(vote.voted_at)), helpful=vote.helpful)
    grouped: dict[int, tuple[Opening, ...]] = defaultdict(tuple)
    for (intent_id, _), opening in found.items():
        if intent_id is not None:
            grouped[intent_id] += (opening,)
    return grouped


def _facts(
    row: SearchIntent,
    visit: Iterable[SearchIntent],
    openings: tuple[Opening, ...],
    shares_meaning: SharesMeaning,
) -> Intent:
    others = [each for each in visit if each is not row and each.locale == row.locale]
    followers = [each for each in others if each.reformulation_of_id == row.id]
    return Intent(
        at=row.searched_at,
        matched=row.matched,
        weak=row.weak,
        openings=openings,
        # Only needed where something was read: comparing words is the slow part.
        reworded_at=tuple(
            each.created_at
            for each in others
            if openings and shares_meaning(row.normalised, each.normalised, row.locale)
        ),
        is_reformulated=bool(followers),
    )
