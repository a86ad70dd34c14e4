"""Searches whose end is known from what visitors did, for choosing the confidence floors.

A question is answered where visitors voted helpful what they had opened from it. It is not where
it was voted down, asked again, taken to a person, or left without a click by everybody. A reading
without a vote proves nothing either way, and is left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, case, func, select, true

from feedback.models import SearchIntent, Visit, Vote
from feedback.outcomes import Outcome
from kb.db import db
from search.analysis import language_of
from search.calibration import Observation
from search.engine import SearchEngine

MAX_QUESTIONS = 3_000  # the newest: each is asked again, at some 30 ms
MAX_INTENTS = 50_000
UNANSWERED = frozenset(
    {
        Outcome.ESCALATED,
        Outcome.NO_RESULT,
        Outcome.WEAK,
        Outcome.REFORMULATED,
        Outcome.NO_CLICK,
    }
)
LEFT = frozenset({Outcome.NO_RESULT, Outcome.WEAK, Outcome.NO_CLICK})


class SearchDegraded(RuntimeError):
    """Search answers with less than it has, so its confidence is not that of other days."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What visitors made of one question, all of them together."""

    query: str
    locale: str
    is_answered: bool
    is_left: bool = False  # the only sign of failure is that nobody opened anything


@dataclass(frozen=True, slots=True)
class End:
    """How one search ended; votes are those given to what was opened from it."""

    outcome: Outcome
    helpful: int = 0
    unhelpful: int = 0


def verdict(query: str, locale: str, ends: Sequence[End]) -> Verdict | None:
    """Judge a question by all its searches; None where they prove nothing.

    Votes go before clicks: where most who voted were helped, others who left were impatient.
    """
    helpful, unhelpful = sum(end.helpful for end in ends), sum(end.unhelpful for end in ends)
    if helpful > unhelpful:
        return Verdict(query, locale, is_answered=True)
    failed = {end.outcome for end in ends if end.outcome in UNANSWERED}
    if unhelpful > helpful or (failed and all(end.outcome in UNANSWERED for end in ends)):
        return Verdict(query, locale, is_answered=False, is_left=not unhelpful and failed <= LEFT)
    return None


def verdicts(since: datetime, *, simulated: bool = False) -> list[Verdict]:
    """Return the verdict on each question asked since then, the newest first.

    Bots and staff are left out; so are the simulated visits of the demo, unless they are wanted.
    """
    rows = _rows(since, simulated=simulated)
    grouped: dict[tuple[str, str], list[End]] = defaultdict(list)
    words: dict[tuple[str, str], str] = {}
    for row in rows:
        key = (row.locale, row.normalised)
        words.setdefault(key, row.query)
        grouped[key].append(End(row.outcome, row.helpful or 0, row.unhelpful or 0))
    found = (verdict(words[key], key[0], ends) for key, ends in grouped.items())
    return [each for each in found if each is not None][:MAX_QUESTIONS]


def observe(
    engine: SearchEngine,
    found: Iterable[Verdict],
    *,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[Observation]:
    """Ask every question again, for the confidence that the site has in it today.

    That which was stored may be of another model, or of articles that have changed since. Where
    nobody clicked but an answer is quoted on the page of results, they may have read it there.
    Raises SearchDegraded.
    """
    observations = []
    for done, each in enumerate(found, start=1):
        results = engine.search(each.query, locale=each.locale)
        if results.degraded:
            raise SearchDegraded(results.degraded)
        if not (each.is_left and results.has_answer):
            observations.append(
                Observation(language_of(each.locale), results.confidence, each.is_answered)
            )
        progress(done)
    return observations


def _rows(
    since: datetime, *, simulated: bool
) -> Sequence[Row[tuple[str, str, str, Outcome, int, int]]]:
    votes = (
        select(
            Vote.intent_id,
            func.sum(case((Vote.helpful, 1), else_=0)).label("helpful"),
            func.sum(case((Vote.helpful, 0), else_=1)).label("unhelpful"),
        )
        .where(Vote.intent_id.is_not(None), Vote.is_bot.is_(False), Vote.is_staff.is_(False))
        .group_by(Vote.intent_id)
        .subquery()
    )
    return db.session.execute(
        select(
            SearchIntent.query,
            SearchIntent.normalised,
            SearchIntent.locale,
            SearchIntent.outcome,
            votes.c.helpful,
            votes.c.unhelpful,
        )
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .outerjoin(votes, votes.c.intent_id == SearchIntent.id)
        .where(
            SearchIntent.created_at >= since,
            SearchIntent.outcome.is_not(None),
            SearchIntent.simulated.is_(False) if not simulated else true(),
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
        )
        .order_by(SearchIntent.created_at.desc(), SearchIntent.id.desc())
        .limit(MAX_INTENTS)
    ).all()
