"""The words of searches, which stay with the sums of days when the searches are gone."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import String, cast, delete, select, update

from feedback.reports.articles_days import chunks
from feedback.reports.searches_ever import asked_ever, named
from feedback.reports.searches_models import Wording
from feedback.reports.searches_numbers import MIN_VISITORS
from kb.db import db

NOTHING = "…"  # in the place of words that one person alone had used


def forget_unused_words() -> int:
    """Erase the words that no day knows any more; return how many. Commits."""
    unused = set(db.session.scalars(select(Wording.id))) - named()
    erased = 0
    for some in _batches(unused):
        db.session.execute(delete(Wording).where(Wording.id.in_(some)))
        erased += len(some)
    db.session.commit()
    return erased


def forget_lone_words(before: date) -> int:
    """Blank words that one visitor alone has used, none since `before`; their numbers stay. Commits."""
    lone = {
        each
        for each, ever in asked_ever().items()
        if ever.visitors < MIN_VISITORS and ever.last < before
    }
    still_there = lone & set(db.session.scalars(select(Wording.id).where(Wording.text != NOTHING)))
    for some in _batches(still_there):
        db.session.execute(
            update(Wording)
            .where(Wording.id.in_(some))
            .values(text=NOTHING, normalised=f"{NOTHING} " + cast(Wording.id, String))
            .execution_options(synchronize_session=False)
        )
    db.session.commit()
    return len(still_there)


def _batches(ids: Iterable[int]) -> Iterable[list[int]]:
    return chunks(sorted(ids))
