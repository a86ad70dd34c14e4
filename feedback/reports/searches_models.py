"""What each day asked: added up from the events, and made again from them at will."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.reports.rollup_models import IN_ORDER_OF_DAYS
from kb.db import Base


class Wording(Base):
    """A question in the same folded words, in one language."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("locale", "normalised"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str]
    normalised: Mapped[str]
    text: Mapped[str] = mapped_column(comment="as it was last typed, personal data replaced")


class WordingDay(Base):
    """A wording on one day of the site's time zone, by the article concerned; people only."""

    __tablename__ = "wording_day"
    __table_args__ = (Index(None, "wording_id", "day"), IN_ORDER_OF_DAYS)

    day: Mapped[date] = mapped_column(primary_key=True)
    wording_id: Mapped[int] = mapped_column(
        ForeignKey("wording.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[int] = mapped_column(
        primary_key=True, comment="translation opened, else shown first; 0 for none"
    )
    visitors: Mapped[int] = mapped_column(default=0)
    intents: Mapped[int] = mapped_column(default=0)
    escalated: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    no_result: Mapped[int] = mapped_column(default=0)
    weak: Mapped[int] = mapped_column(default=0)
    reformulated: Mapped[int] = mapped_column(default=0)
    no_click: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)


class WordingAgain(Base):
    """Visitors of a day who had asked the wording before, by the day on which they last had."""

    __tablename__ = "wording_again"
    __table_args__ = (Index(None, "wording_id", "day"), IN_ORDER_OF_DAYS)

    day: Mapped[date] = mapped_column(primary_key=True)
    wording_id: Mapped[int] = mapped_column(
        ForeignKey("wording.id", ondelete="CASCADE"), primary_key=True
    )
    before: Mapped[date] = mapped_column(primary_key=True)
    visitors: Mapped[int]


class RewordingDay(Base):
    """How often one wording was asked again in another on a day, and what answered that."""

    __tablename__ = "rewording_day"
    __table_args__ = (
        Index(None, "wording_id", "day"),
        Index(None, "into_id", "day"),
        IN_ORDER_OF_DAYS,
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    wording_id: Mapped[int] = mapped_column(
        ForeignKey("wording.id", ondelete="CASCADE"), primary_key=True
    )
    into_id: Mapped[int] = mapped_column(
        ForeignKey("wording.id", ondelete="CASCADE"), primary_key=True
    )
    answer_id: Mapped[int] = mapped_column(
        primary_key=True, comment="translation that answered the second wording; 0 for none"
    )
    times: Mapped[int]


class RankDay(Base):
    """How often a place among the results was shown on a day, and how often it was opened."""

    __tablename__ = "rank_day"
    __table_args__ = IN_ORDER_OF_DAYS

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, comment="from 1")
    shown: Mapped[int]
    opened: Mapped[int]
