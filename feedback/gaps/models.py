"""Gaps as the company follows them: a question, who looks after it, what was done."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.gaps.grouping import Diagnosis
from kb.db import Base, enum_type, utc_now


class GapStatus(StrEnum):
    """Where the work on a gap stands."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    PUBLISHED = "published"
    DISMISSED = "dismissed"


class Source(StrEnum):
    """How a wording reached us."""

    SEARCH = "search"
    REQUEST = "request"
    COMMENT = "comment"


class Gap(Base):
    """A question that customers ask and do not get answered; it outlives the run that found it."""

    __tablename__ = "gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="its most central wording")
    locale: Mapped[str] = mapped_column(comment="language of the name")
    diagnosis: Mapped[Diagnosis | None] = mapped_column(enum_type(Diagnosis))
    status: Mapped[GapStatus] = mapped_column(enum_type(GapStatus), default=GapStatus.OPEN)
    nearest_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="SET NULL"),
        index=True,
        comment="best existing article",
    )
    answer_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="SET NULL"),
        index=True,
        comment="translation written or changed to close it",
    )
    answered_at: Mapped[datetime | None] = mapped_column(comment="when that went public")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    due_on: Mapped[date | None]
    dismissal: Mapped[str] = mapped_column(default="", comment="why it was dismissed")
    dismissed_visitors: Mapped[int] = mapped_column(
        default=0, comment="visitors a month when it was dismissed; it comes back at twice that"
    )
    figures: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="of the last run: visitors, intents, outcomes, contacts"
    )
    is_listed: Mapped[bool] = mapped_column(
        default=True, index=True, comment="still found by the last run"
    )
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class GapWording(Base):
    """What was asked in the same words belongs to one gap: this is what keeps a gap's identity."""

    __tablename__ = "gap_wording"
    __table_args__ = (UniqueConstraint("locale", "normalised", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id", ondelete="CASCADE"), index=True)
    source: Mapped[Source] = mapped_column(enum_type(Source), default=Source.SEARCH)
    locale: Mapped[str]
    normalised: Mapped[str]
    text: Mapped[str]


class GapNote(Base):
    """What was done about a gap, when and by whom."""

    __tablename__ = "gap_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    by: Mapped[str] = mapped_column(default="", comment="name; empty for the site itself")
    what: Mapped[str] = mapped_column(comment="kind of act, such as drafted or dismissed")
    text: Mapped[str] = mapped_column(default="")
