"""Which articles solve requests: those that were there before the request could not be found."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from articles.models import Article, Translation
from feedback.gaps.models import Gap, GapEvent
from feedback.reports.filters import Filters
from feedback.requests.models import ContactRequest
from feedback.requests.studio.listing import sent_by_people
from kb.db import db
from kb.locales import current_locale

MOST = 20  # articles that anybody would read


@dataclass(frozen=True, slots=True)
class Solver:
    """An article and the requests that it solves.

    `there_before`: of these, how many were sent when the article was public in their language already.
    They were not found, or not understood; the others asked for what was written afterwards.
    """

    article_id: int
    title: str
    locale: str
    translation_id: int
    requests: int
    there_before: int


def was_there(translation: Translation | None, at: datetime) -> bool:
    """Tell whether an article could be read in a language at a moment."""
    if translation is None or translation.published_at is None:
        return False
    ended = translation.archived_at
    return translation.published_at <= at and (ended is None or ended > at)


def solvers(filters: Filters) -> list[Solver]:
    """Return the articles that solve the requests of a period, those that solve most first."""
    return _counted(sent_by_people(filters))


def solvers_of_gap(gap: Gap) -> list[Solver]:
    """Return the articles that colleagues named for the requests that a question caused.

    An article that was there already when they were sent cannot be found, whatever is near in words.
    """
    caused = select(GapEvent.request_id).where(
        GapEvent.gap_id == gap.id, GapEvent.request_id.is_not(None)
    )
    return _counted(select(ContactRequest).where(ContactRequest.id.in_(caused)))


def _counted(requests: Select[ContactRequest]) -> list[Solver]:
    rows = db.session.execute(
        requests.where(ContactRequest.solved_by_id.is_not(None)).with_only_columns(
            ContactRequest.solved_by_id, ContactRequest.locale, ContactRequest.created_at
        )
    ).all()
    tongues = _tongues({row.solved_by_id for row in rows})
    counted: dict[int, list[bool]] = {}
    for row in rows:
        if row.solved_by_id in tongues:
            own = tongues[row.solved_by_id].get(row.locale)
            counted.setdefault(row.solved_by_id, []).append(was_there(own, row.created_at))
    made = [_solver(tongues[each], found) for each, found in counted.items()]
    return sorted(made, key=lambda each: (-each.requests, each.title))[:MOST]


def _tongues(article_ids: set[int]) -> dict[int, dict[str, Translation]]:
    rows = db.session.scalars(
        select(Translation).join(Article).where(Translation.article_id.in_(article_ids))
    )
    found: dict[int, dict[str, Translation]] = {}
    for each in rows:
        found.setdefault(each.article_id, {})[each.locale] = each
    return found


def _solver(tongues: dict[str, Translation], there: list[bool]) -> Solver:
    best = tongues.get(current_locale()) or next(iter(tongues.values()))
    return Solver(best.article_id, best.title, best.locale, best.id, len(there), there.count(True))
