"""What each day asked: added up from the events, and made again from them at will."""

from datetime import date

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.reports.rollup_models import IN_ORDER_OF_DAYS
from kb.db import Base


class Wording(Base):
    """A question in the same folded words, in one language."""

    __tablename__ = "wording"
    # Sums name wordings by their ids for ever: one that is erased leaves its id to no other.
    __table_args__ = (UniqueConstraint("locale", "normalised"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str]
    normalised: Mapped[str]
    text: Mapped[str] = mapped_column(comment="as it was last typed, personal data replaced")


class WordingDay(Base):
    """The wordings of one day of the site's time zone, by language; people only.

    `counts`, packed: wording, translation concerned (0: none), visitors, searches, then the number of
    each outcome in the order of `Outcome`.
    """

    __tablename__ = "wording_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class WordingAgain(Base):
    """How many visitors of a day's wordings have been counted before, so that each counts once.

    `counts`, packed: wording, translation concerned (-1: whichever), the day on which they last were
    (as `date.toordinal` counts; the same day for those counted for two translations), visitors.
    """

    __tablename__ = "wording_again"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class RewordingDay(Base):
    """How often one wording was asked again in another on a day, by the language of the first.

    `counts`, packed: wording, the other wording, the translation that answered that (0: none), times.
    """

    __tablename__ = "rewording_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class RankDay(Base):
    """How often a place among the results was shown on a day, and how often it was opened."""

    __tablename__ = "rank_day"
    __table_args__ = IN_ORDER_OF_DAYS

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, comment="from 1")
    shown: Mapped[int]
    opened: Mapped[int]
