"""What each day did with each article: added up from the events, and made again from them at will."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.reports.rollup_models import IN_ORDER_OF_DAYS
from kb.db import Base


class ArticleDay(Base):
    """One article in one language on one day of the site's time zone; people only, but for `raw_…`."""

    __tablename__ = "article_day"
    __table_args__ = (Index(None, "translation_id", "day"), IN_ORDER_OF_DAYS)

    day: Mapped[date] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), primary_key=True
    )
    shown: Mapped[int] = mapped_column(
        default=0, comment="searches that had it among the first ten"
    )
    views: Mapped[int] = mapped_column(
        default=0, comment="openings, one for each way in of a visit"
    )
    visits: Mapped[int] = mapped_column(default=0, comment="in which it was read")
    readers: Mapped[int] = mapped_column(default=0, comment="visitors of this day")
    searched: Mapped[int] = mapped_column(default=0, comment="openings from a search")
    refused: Mapped[int] = mapped_column(
        default=0, comment="of those, voted down or followed by a request to a person"
    )
    exits: Mapped[int] = mapped_column(
        default=0, comment="visits that looked for a person after reading it"
    )
    helpful: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    raw_helpful: Mapped[int] = mapped_column(default=0, comment="robots and staff included")
    raw_votes: Mapped[int] = mapped_column(default=0, comment="robots and staff included")


class ArticleAgain(Base):
    """Readers of a day who had read the article before, by the day on which they last had.

    Readers of a stretch that begins on day a = the readers of its days, less those here with `before`
    on a or later: distinct visitors without keeping who they were.
    """

    __tablename__ = "article_again"
    __table_args__ = (Index(None, "translation_id", "day"), IN_ORDER_OF_DAYS)

    day: Mapped[date] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), primary_key=True
    )
    before: Mapped[date] = mapped_column(primary_key=True)
    readers: Mapped[int]
