"""Which gap a question belongs to: that of the same words, else the nearest one in its language."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.gaps.models import GapWording
from search.analysis import analyzer

ENOUGH_SHARED = 0.6  # of all stems of both questions: three words of five


def gap_of(session: Session, locale: str, normalised: str) -> int | None:
    """Return the gap that a question belongs to, None where there is none yet."""
    wordings = session.execute(
        select(GapWording.gap_id, GapWording.normalised)
        .where(GapWording.locale == locale)
        .order_by(GapWording.id)
    )
    return nearest(normalised, [(gap_id, words) for gap_id, words in wordings], locale)


def gap_of_same_words(session: Session, locale: str, normalised: str) -> int | None:
    """Return the gap in which just this was asked."""
    return session.scalar(
        select(GapWording.gap_id)
        .where(GapWording.locale == locale, GapWording.normalised == normalised)
        .order_by(GapWording.id)
        .limit(1)
    )


def nearest(question: str, wordings: Iterable[tuple[int, str]], locale: str) -> int | None:
    """Return the gap of the wording that shares most stems with a question, if it shares enough."""
    chain = analyzer(locale)
    stems = frozenset(chain.terms(question))
    best: tuple[float, int] | None = None
    for gap_id, words in wordings:
        if words == question:
            return gap_id
        shared = likeness(stems, frozenset(chain.terms(words)))
        if shared >= ENOUGH_SHARED and (best is None or shared > best[0]):
            best = (shared, gap_id)
    return best[1] if best else None


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the stems of both that they have in common (Jaccard, 1901), 0 to 1."""
    together = one | other
    return len(one & other) / len(together) if together else 0.0
