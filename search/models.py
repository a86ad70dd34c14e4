"""What writers and visitors teach the search: synonyms, and questions that articles answer.

The only tables of search; everything else that it keeps can be made again from articles. Queries
never read them: `search.taught.vocabulary` writes them into small files that every process follows.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class SynonymRule(Base):
    """Words that mean the same in one language, or lead one way to others."""

    __tablename__ = "synonym_rule"
    __table_args__ = (UniqueConstraint("locale", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str]
    key: Mapped[str] = mapped_column(comment="equal for equal rules, whatever order and accents")
    sources: Mapped[list[str]]
    targets: Mapped[list[str]] = mapped_column(comment="empty where all words mean each other")
    changed_by: Mapped[str] = mapped_column(default="", comment="name or address of a person")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class Decision(StrEnum):
    """What a writer has said of a phrasing."""

    KEPT = "kept"
    REVOKED = "revoked"


class PhrasingRow(Base):
    """A question after which visitors voted an article helpful; counts fade with age."""

    __tablename__ = "phrasing"
    __table_args__ = (UniqueConstraint("translation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(comment="stems in alphabetical order, equal for equal asking")
    text: Mapped[str] = mapped_column(comment="the wording used most, personal data replaced")
    helpful: Mapped[int] = mapped_column(comment="visitors who voted helpful after it")
    votes: Mapped[int] = mapped_column(comment="visitors who voted after it")
    trust: Mapped[float] = mapped_column(comment="0 to 1, by votes and their age")
    is_first: Mapped[bool] = mapped_column(
        default=False, comment="whether the texts alone put the article first for these words"
    )
    voted_at: Mapped[datetime] = mapped_column(comment="when a visitor last voted after it")
    learned_at: Mapped[datetime] = mapped_column(default=utc_now)
    simulated: Mapped[bool] = mapped_column(default=False, comment="by invented visitors alone")
    decision: Mapped[Decision | None] = mapped_column(enum_type(Decision))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
