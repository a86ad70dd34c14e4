"""The words of searches, which stay with the sums of days when the searches are gone."""

from datetime import date

from sqlalchemy import String, cast, delete, exists, func, select, update

from feedback.reports.searches_models import RewordingDay, Wording, WordingAgain, WordingDay
from feedback.reports.searches_numbers import MIN_VISITORS
from kb.db import db

NOTHING = "…"  # in the place of words that one person alone had used


def forget_unused_words() -> int:
    """Erase the words that no day knows any more; return how many. Commits."""
    used = (
        exists(select(WordingDay.day).where(WordingDay.wording_id == Wording.id)),
        exists(select(WordingAgain.day).where(WordingAgain.wording_id == Wording.id)),
        exists(select(RewordingDay.day).where(RewordingDay.wording_id == Wording.id)),
        exists(select(RewordingDay.day).where(RewordingDay.into_id == Wording.id)),
    )
    erased = db.session.execute(
        delete(Wording)
        .where(*(~each for each in used))
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return int(erased.rowcount)  # type: ignore[attr-defined]


def forget_lone_words(before: date) -> int:
    """Blank words that one visitor alone has used, none since `before`; their numbers stay. Commits."""
    own = WordingDay.wording_id == Wording.id
    asked = select(func.sum(WordingDay.visitors)).where(own).scalar_subquery()
    again = (
        select(func.coalesce(func.sum(WordingAgain.visitors), 0))
        .where(WordingAgain.wording_id == Wording.id)
        .scalar_subquery()
    )
    blanked = db.session.execute(
        update(Wording)
        .where(
            Wording.text != NOTHING,
            ~exists(select(WordingDay.day).where(own, WordingDay.day >= before)),
            asked - again < MIN_VISITORS,
        )
        .values(text=NOTHING, normalised=f"{NOTHING} " + cast(Wording.id, String))
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return int(blanked.rowcount)  # type: ignore[attr-defined]
