"""Days of the site's time zone, and which of them reports must add up anew.

Whoever changes what a past day holds (a visit that is settled, events that are erased) calls `touch` in
the same transaction: a day counts its changes, and the adding up remembers how many it has seen. So a
change that comes while a day is being added up is never overlooked.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.reports.periods import Period
from kb.db import Base
from kb.locales import settings


class ReportDay(Base):
    """A day with events, and whether what reports add up of it is up to date.

    A frozen day is never added up again: its events have been erased, its sums are what is left.
    """

    __tablename__ = "report_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    changes: Mapped[int] = mapped_column(default=1)
    added_up: Mapped[int] = mapped_column(default=0, comment="changes that the sums have seen")
    is_frozen: Mapped[bool] = mapped_column(default=False)


def zone() -> ZoneInfo:
    """Return the site's time zone."""
    return ZoneInfo(settings().timezone)


def day_of(moment: datetime) -> date:
    """Return the day of a moment, as the site counts days."""
    return moment.astimezone(zone()).date()


def span(day: date) -> Period:
    """Return a day from midnight to midnight: 23 to 25 hours."""
    here = zone()
    return Period(
        datetime.combine(day, time.min, here),
        datetime.combine(day + timedelta(days=1), time.min, here),
    )


def days_between(first: datetime, last: datetime) -> list[date]:
    """Return every day from the one of `first` to the one of `last`."""
    begin, end = day_of(first), day_of(last)
    return [begin + timedelta(days=each) for each in range((end - begin).days + 1)]


def touch(session: Session, days: Iterable[date]) -> None:
    """Let the days be added up anew, from the commit of this transaction on."""
    rows = [{"day": each} for each in sorted(set(days))]  # one order, so that none waits in a ring
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(ReportDay).values(changes=1, added_up=0, is_frozen=False)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[ReportDay.day], set_={"changes": ReportDay.changes + 1}
        ),
        rows,
    )
