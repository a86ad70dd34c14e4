"""Visitors who ask in vain, and what the site keeps of it."""

from sqlalchemy import select

from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Gap
from feedback.gaps.report import GapsReport, gaps_report
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from feedback.visitors import Visitor
from kb.db import db
from tests.feedback.cast import at, search

FILTERS = Filters(Period(at(days=-1), at(days=29)))
LATER = at(days=28)


def crowd(size: int, first: int = 0) -> list[Visitor]:
    return [Visitor(f"{number:032x}") for number in range(first, first + size)]


def ask_in_vain(*visitors: Visitor, query: str = "gift wrapping", days: float = 0) -> None:
    for number, who in enumerate(visitors):
        search(who, query, weak=True, matched=0, moment=at(minutes=number, days=days))


def keep(days: float = 28) -> None:
    assert keep_gaps(now=at(days=days)) is not None, "another run is at it"


def report(filters: Filters = FILTERS) -> GapsReport:
    return gaps_report(filters)


def the_gap() -> Gap:
    return db.session.scalars(select(Gap).where(Gap.merged_into_id.is_(None))).one()
