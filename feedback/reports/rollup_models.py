"""What each day held, added up: small enough for two years at a glance, and made again at will."""

from datetime import date

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models import Channel
from kb.db import Base, enum_type

# Sums are read by stretches of days: kept in that order, they are read in one go.
IN_ORDER_OF_DAYS = {"sqlite_with_rowid": False}


class VisitDay(Base):
    """Visits that began on a day, in the language of their first page, once they are over."""

    __tablename__ = "report_visit_day"
    __table_args__ = IN_ORDER_OF_DAYS

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), primary_key=True)
    visits: Mapped[int] = mapped_column(default=0, comment="of people")
    visitors: Mapped[int] = mapped_column(default=0, comment="of this day")
    bots: Mapped[int] = mapped_column(default=0)
    staff: Mapped[int] = mapped_column(default=0)
    simulated: Mapped[int] = mapped_column(default=0)


class IntentDay(Base):
    """Searches of a day by what became of them; people, but for the last two."""

    __tablename__ = "report_intent_day"
    __table_args__ = IN_ORDER_OF_DAYS

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), primary_key=True)
    escalated: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    no_result: Mapped[int] = mapped_column(default=0)
    weak: Mapped[int] = mapped_column(default=0)
    reformulated: Mapped[int] = mapped_column(default=0)
    no_click: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    bots: Mapped[int] = mapped_column(default=0)
    staff: Mapped[int] = mapped_column(default=0)


class SubjectDay(Base):
    """What became of the searches of a day about each article, people only, packed.

    `counts`: translation (0: none), then the number of each outcome in the order of `Outcome`, as
    `feedback.reports.audience` packs them.
    """

    __tablename__ = "report_subject_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class AudienceDay(Base):
    """Who came on a day, so that visitors of many days count once each; people only.

    `visitors`: numbers of visitors, each that of their first visit. They outlive the visits, and then
    lead to nobody.
    """

    __tablename__ = "report_audience_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    visitors: Mapped[bytes] = mapped_column(LargeBinary)


class PresenceDay(Base):
    """Who came on a day for which articles; erased when the day's visits are.

    `pairs`: visitor, visit, translation searched for or read (0: none), as `feedback.reports.audience`
    packs them.
    """

    __tablename__ = "report_presence_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    pairs: Mapped[bytes] = mapped_column(LargeBinary)
