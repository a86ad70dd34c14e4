"""What readers of a former help centre said of an article: kept apart, and never counted with ours.

Nobody knows of those votes what we know of ours: of which revision they speak, who cast them and
whether robots did. So no rate and no report over time has them in it; the report on an article shows
them beside its own, with where they come from.
"""

from collections.abc import Iterable
from datetime import datetime

from flask import Flask
from sqlalchemy import ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from articles.signals import CountedVotes, votes_found
from kb.db import Base, db, utc_now


class FormerVotes(Base):
    """How often an article was called helpful, and how often not, where it was imported from."""

    __tablename__ = "former_votes"
    __table_args__ = (UniqueConstraint("article_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(comment="name of the import")
    helpful: Mapped[int]
    unhelpful: Mapped[int]
    since: Mapped[datetime | None] = mapped_column(comment="first vote, if the export has dates")
    until: Mapped[datetime | None] = mapped_column(comment="last vote, if the export has dates")
    imported_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


def of_article(article_id: int) -> Select[FormerVotes]:
    """Select what was said of an article elsewhere, the source with the most votes first."""
    return (
        select(FormerVotes)
        .where(FormerVotes.article_id == article_id)
        .order_by((FormerVotes.helpful + FormerVotes.unhelpful).desc(), FormerVotes.id)
    )


def keep(source: str, votes: Iterable[CountedVotes]) -> None:
    """Put what an import found in place of what it found the last time; uncommitted."""
    known = {
        each.article_id: each
        for each in db.session.scalars(select(FormerVotes).where(FormerVotes.source == source))
    }
    for counted in votes:
        row = known.get(counted.article_id)
        if row is None:
            row = FormerVotes(article_id=counted.article_id, source=source)
            db.session.add(row)
        row.helpful, row.unhelpful = counted.helpful, counted.unhelpful
        row.since, row.until = counted.since, counted.until


def init_app(app: Flask) -> None:
    """Listen to imports, and give pages what was found."""

    def found(_sender: object, *, source: str, votes: Iterable[CountedVotes]) -> None:
        keep(source, votes)

    votes_found.connect(found, app, weak=False)
    app.jinja_env.globals["former_votes"] = lambda article_id: list(
        db.session.scalars(of_article(article_id))
    )
