"""The course of a gap: what went unanswered week by week, what was done, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import and_, case, func, select

from feedback.gaps import summing
from feedback.gaps.facts import Source
from feedback.gaps.models import Act, Gap, GapEvent, GapNote
from feedback.gaps.verdict import Comparison, Stretch, compare
from feedback.reports.charts import Line, line
from feedback.reports.filters import Filters
from kb.db import db, utc_now
from kb.formats import shown_date, shown_number
from kb.locales import settings

LOOKED_AT = timedelta(weeks=8)  # on each side of the answer, at most
MARKED = {Act.DRAFTED, Act.TRANSLATING, Act.IMPROVING, Act.SYNONYM, Act.PHRASING, Act.PUBLISHED,
          Act.DISMISSED, Act.CAME_BACK, Act.REOPENED}  # fmt: skip
WEEKLY_FROM = 45  # days


@dataclass(frozen=True, slots=True)
class Step:
    """A day or a week of a gap: what went unanswered, and what was done."""

    first: date
    count: int
    acts: tuple[Act, ...]


def notes_of(gap: Gap) -> list[GapNote]:
    """Return what was done about a gap, the newest first."""
    query = select(GapNote).where(GapNote.gap_id == gap.id)
    return list(db.session.scalars(query.order_by(GapNote.at.desc(), GapNote.id.desc())))


def course(gap: Gap, filters: Filters) -> list[Step]:
    """Return the days of the period, or its weeks where it is long, the earliest first."""
    days = summing.by_day(filters, gap.id).get(gap.id, {})
    acts = _acts_by_day(gap)
    size = 1 if filters.period.days <= WEEKLY_FROM else 7
    first, last = filters.period.since.date(), filters.period.last_day
    # Whole weeks, counted from the end: a short last one would look like a fall.
    first += timedelta(days=((last - first).days + 1) % size)
    return [_step(begin, size, days, acts) for begin in _every(first, last, size)]


def _every(first: date, last: date, size: int) -> list[date]:
    return [first + timedelta(days=day) for day in range(0, (last - first).days + 1, size)]


def _step(begin: date, size: int, days: dict[date, int], acts: dict[date, list[Act]]) -> Step:
    covered = [begin + timedelta(days=day) for day in range(size)]
    return Step(
        begin,
        sum(days.get(day, 0) for day in covered),
        tuple(act for day in covered for act in acts.get(day, ())),
    )


def _acts_by_day(gap: Gap) -> dict[date, list[Act]]:
    zone = ZoneInfo(settings().timezone)
    found: dict[date, list[Act]] = {}
    for note in reversed(notes_of(gap)):
        if note.what in MARKED and note.undone_at is None:
            found.setdefault(note.at.astimezone(zone).date(), []).append(note.what)
    return found


def comparison_of(gap: Gap, now: datetime | None = None) -> Comparison | None:
    """Return what the answer has changed, None while there is none.

    Up to eight weeks on each side of it are compared; the day of the answer belongs to neither.
    """
    if gap.answered_at is None:
        return None
    zone = ZoneInfo(settings().timezone)
    day, today = (each.astimezone(zone).date() for each in (gap.answered_at, now or utc_now()))
    began = max(day - LOOKED_AT, gap.first_seen.astimezone(zone).date())
    return compare(
        _stretch(gap, began, day - timedelta(days=1)),
        _stretch(gap, day + timedelta(days=1), min(day + LOOKED_AT, today)),
    )


def _stretch(gap: Gap, first: date, last: date) -> Stretch:
    is_search = GapEvent.source == Source.SEARCH
    visits, searches, unanswered, contacts = db.session.execute(
        select(
            func.count(func.distinct(GapEvent.visitor)),
            func.coalesce(func.sum(case((is_search, 1), else_=0)), 0),
            func.coalesce(
                func.sum(case((and_(is_search, GapEvent.is_answered.is_(False)), 1), else_=0)), 0
            ),
            func.count(func.distinct(case((summing.IS_CONTACT, GapEvent.visitor)))),
        ).where(
            GapEvent.gap_id == gap.id,
            GapEvent.day >= first,
            GapEvent.day <= last,
            GapEvent.is_counted.is_(True),
        )
    ).one()
    return Stretch(max((last - first).days + 1, 0), visits, searches, unanswered, contacts)


def drawing(steps: Sequence[Step], name: str) -> Markup:
    """Return the course as a time line, marked where something was done."""
    return line(
        Line(
            title=name,
            description=str(
                _(
                    "%(count)s times without an answer, from %(first)s to %(last)s.",
                    count=shown_number(sum(step.count for step in steps)),
                    first=shown_date(steps[0].first, "medium"),
                    last=shown_date(steps[-1].first, "medium"),
                )
            ),
            labels=[shown_date(step.first, "d MMM") for step in steps],
            values=[step.count for step in steps],
            marked=[number for number, step in enumerate(steps) if step.acts],
        ),
        shown_number,
    )
