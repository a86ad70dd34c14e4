"""Decide what became of the searches of visits that have closed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypedDict

from sqlalchemy import select, update

from feedback.contact.models import ContactAttempt
from feedback.days import day_of, touch
from feedback.intents import SharesMeaning, shares_words
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.outcomes import Intent, Opening, Outcome, outcomes
from feedback.programs import mark, mark_unseen
from feedback.recording import SILENCE
from feedback.requests.models import ContactRequest
from feedback.settled_days import days_changed_by
from feedback.spool.draining import drain
from kb.db import db, utc_now

BATCH_VISITS = 500
DRAIN_WAIT_SECONDS = 2
UNSEEN_WINDOW = timedelta(days=2)  # a network has its name for one day


class Decided(TypedDict):
    """What settling writes of a search."""

    id: int
    outcome: Outcome
    subject_id: int | None


def settle(now: datetime | None = None, *, shares_meaning: SharesMeaning = shares_words) -> int:
    """Decide the outcomes of every visit that closed before `now`; return how many visits there were.

    Idempotent, and safe beside another process doing the same: both write the same.
    """
    moment = now or utc_now()
    drain(wait_seconds=DRAIN_WAIT_SECONDS)  # what waits may belong to the visits that close
    _judge_unseen(moment - UNSEEN_WINDOW)
    settled = 0
    while visit_ids := _closed_visits(moment):
        _settle_batch(visit_ids, moment, shares_meaning)
        settled += len(visit_ids)
    return settled


def recompute(now: datetime | None = None) -> int:
    """Forget every outcome and decide all of them anew from the events."""
    db.session.execute(update(SearchIntent).values(outcome=None))
    db.session.execute(update(Visit).values(settled_at=None))
    _judge_unseen(None)
    return settle(now)


def _judge_unseen(since: datetime | None) -> None:
    """Judge what was said without a visit, and commit."""
    touch(db.session(), {day_of(each) for each in mark_unseen(db.session(), since)})
    db.session.commit()


def _closed_visits(now: datetime) -> Sequence[int]:
    return db.session.scalars(
        select(Visit.id)
        .where(Visit.settled_at.is_(None), Visit.last_seen_at <= now - SILENCE)
        .order_by(Visit.last_seen_at, Visit.id)
        .limit(BATCH_VISITS)
    ).all()


def _settle_batch(visit_ids: Sequence[int], now: datetime, shares_meaning: SharesMeaning) -> None:
    """Decide all about some visits in one transaction; reports then add up their days anew."""
    decided: list[Decided] = []
    openings, contacts = _openings(visit_ids), _contacts(visit_ids)
    for visit_id, group in groupby(_intents(visit_ids), key=lambda each: each.visit_id):
        rows = list(group)
        facts = [
            _facts(row, rows, tuple(openings[row.id].values()), shares_meaning) for row in rows
        ]
        decided += [
            {"id": row.id, "outcome": outcome, "subject_id": _subject(row, openings[row.id])}
            for row, outcome in zip(rows, outcomes(facts, contacts[visit_id]), strict=True)
        ]
    if decided:
        db.session.execute(update(SearchIntent), decided)
    _decide_attempts(visit_ids)
    db.session.execute(update(Visit).where(Visit.id.in_(visit_ids)).values(settled_at=now))
    changed = mark(db.session(), visit_ids)  # earlier ones of a network that is a crowd now, too
    touch(db.session(), days_changed_by(db.session(), {*visit_ids, *changed}))
    db.session.commit()


def _decide_attempts(visit_ids: Sequence[int]) -> None:
    """Note which article each opening of the request form was about."""
    for each in db.session.scalars(
        select(ContactAttempt).where(ContactAttempt.visit_id.in_(visit_ids))
    ):
        suggested = next(iter([*each.opened, *each.suggested]), None)
        each.subject_id = each.answered_by_id or suggested


def _contacts(visit_ids: Sequence[int]) -> dict[int, list[datetime]]:
    """Return when each visit sent requests to a person."""
    found: dict[int, list[datetime]] = defaultdict(list)
    for visit_id, sent in db.session.execute(
        select(ContactRequest.visit_id, ContactRequest.created_at)
        .where(ContactRequest.visit_id.in_(visit_ids))
        .order_by(ContactRequest.created_at)
    ):
        if visit_id is not None:
            found[visit_id].append(sent)
    return found


def _subject(intent: SearchIntent, openings: Mapping[int, Opening]) -> int | None:
    """Return the translation that a search was about: the one opened first, else the one shown first."""
    opened = min(openings, key=lambda each: openings[each].at, default=None)
    return opened or next(iter(intent.shown), None)


def _intents(visit_ids: Sequence[int]) -> Sequence[SearchIntent]:
    return db.session.scalars(
        select(SearchIntent)
        .where(SearchIntent.visit_id.in_(visit_ids))
        .order_by(SearchIntent.visit_id, SearchIntent.searched_at, SearchIntent.id)
    ).all()


def _openings(visit_ids: Sequence[int]) -> dict[int, dict[int, Opening]]:
    """Return what was opened from each intent, by translation, with the vote that followed it.

    A vote without a reading comes from a visitor without JavaScript: the article was open all the same.
    """
    found: dict[int, dict[int, Opening]] = defaultdict(dict)
    for read in db.session.scalars(
        select(ArticleRead)
        .where(ArticleRead.visit_id.in_(visit_ids), ArticleRead.intent_id.is_not(None))
        .order_by(ArticleRead.id)
    ):
        if read.intent_id is not None:
            opening = Opening(read.opened_at, read.read_seconds)
            found[read.intent_id][read.translation_id] = opening
    for vote in db.session.scalars(
        select(Vote)
        .where(Vote.visit_id.in_(visit_ids), Vote.intent_id.is_not(None))
        .order_by(Vote.id)
    ):
        if vote.intent_id is not None:
            opened = found[vote.intent_id]
            known = opened.get(vote.translation_id, Opening(vote.voted_at))
            opened[vote.translation_id] = replace(known, helpful=vote.helpful)
    return found


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
