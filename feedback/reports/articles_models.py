"""What each day did with each article: added up from the events, and made again from them at will."""

from datetime import date

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base

COUNTED = (
    "shown",  # searches that had it among the first ten
    "views",  # openings, one for each way in of a visit
    "visits",  # in which it was read
    "readers",  # visitors of this day
    "searched",  # openings from a search
    "refused",  # of those, voted down or followed by a request to a person
    "exits",  # visits that looked for a person after reading it
    "helpful",
    "votes",
    "raw_helpful",  # robots and staff included, as in the next
    "raw_votes",
)
"""What is counted of an article on a day, in the order in which it is packed."""


class ArticleDay(Base):
    """The articles of one day of the site's time zone; people only, but for what is raw.

    `counts`, packed: translation, then what `COUNTED` names.
    """

    __tablename__ = "article_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class ArticleAgain(Base):
    """Readers of a day who had read the article before, by the day on which they last had.

    `counts`, packed: translation, that day (as `date.toordinal` counts), readers. Readers of a stretch
    that begins on day a = the readers of its days, less those here who last had on a or later: distinct
    visitors without keeping who they were.
    """

    __tablename__ = "article_again"

    day: Mapped[date] = mapped_column(primary_key=True)
    counts: Mapped[bytes] = mapped_column(LargeBinary)
