"""Gaps as the company follows them: a question, who looks after it, what was done."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.gaps.facts import Diagnosis, Source
from feedback.outcomes import Outcome
from kb.db import Base, enum_type, utc_now


class GapStatus(StrEnum):
    """Where the work on a gap stands."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    PUBLISHED = "published"
    DISMISSED = "dismissed"


class Act(StrEnum):
    """What was done about a gap."""

    OPENED = "opened"
    RENAMED = "renamed"
    ASSIGNED = "assigned"
    DUE = "due"
    STARTED = "started"
    DRAFTED = "drafted"
    TRANSLATING = "translating"
    IMPROVING = "improving"
    SYNONYM = "synonym"
    PHRASING = "phrasing"
    ANSWER_NAMED = "answer-named"
    PUBLISHED = "published"
    DISMISSED = "dismissed"
    CAME_BACK = "came-back"
    REOPENED = "reopened"
    NOTE = "note"


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
    answer_after: Mapped[int] = mapped_column(
        default=0, comment="newest revision of it that is no answer yet; 0 where any public one is"
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
    is_renamed: Mapped[bool] = mapped_column(
        default=False, comment="named by a person: runs leave the name alone"
    )
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("gap.id", ondelete="SET NULL"),
        index=True,
        comment="found to be one with another, which is shown instead; a later run may part them",
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
    what: Mapped[Act] = mapped_column(enum_type(Act))
    text: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="what it takes to undo the act"
    )
    undone_at: Mapped[datetime | None]


class GapEvent(Base):
    """A search, request or comment in the words of a gap: what its figures are added up from.

    A projection: `feedback.gaps.following` can make every row again from the events themselves.
    """

    __tablename__ = "gap_event"
    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        # All that a list over months adds up lies in the index itself.
        Index(
            "ix_gap_event_sums",
            "gap_id",
            "day",
            "wording_id",
            "source",
            "outcome",
            "is_answered",
            "is_counted",
            "is_first",
            "seen_on",
            "simulated",
            "locale",
            "subject_id",
        ),
        Index(None, "visitor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id", ondelete="CASCADE"))
    wording_id: Mapped[int] = mapped_column(
        ForeignKey("gap_wording.id", ondelete="CASCADE"), index=True
    )
    source: Mapped[Source] = mapped_column(enum_type(Source))
    event_id: Mapped[int] = mapped_column(comment="intent, request or vote")
    at: Mapped[datetime]
    day: Mapped[date] = mapped_column(comment="in the time zone of the site")
    locale: Mapped[str]
    visitor: Mapped[str]
    origin: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(comment="translation, as of the event")
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    is_answered: Mapped[bool] = mapped_column(comment="in these words, or in others of the visit")
    is_counted: Mapped[bool] = mapped_column(
        default=True, comment="not one of too many visitors of one network and day"
    )
    is_first: Mapped[bool] = mapped_column(
        default=False, comment="first that its visitor asked of the gap in vain on that day"
    )
    seen_on: Mapped[date | None] = mapped_column(
        comment="of a first: the day before on which the visitor did; so sums count visitors once"
    )
    request_id: Mapped[int | None] = mapped_column(comment="request that came of it, or that it is")
    simulated: Mapped[bool] = mapped_column(default=False)


class GapRun(Base):
    """The one row that says who keeps the gaps just now, and how the last run went."""

    __tablename__ = "gap_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[str] = mapped_column(default="", comment="of the run at work; empty when none is")
    beat_at: Mapped[datetime | None] = mapped_column(comment="last sign of life of that run")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    by_meaning: Mapped[bool] = mapped_column(default=False)


def is_worked_on(gap: Gap) -> bool:
    """Tell whether people did anything about a gap that should not be lost from sight."""
    is_open = gap.status is GapStatus.OPEN
    return bool(not is_open or gap.owner_id or gap.due_on or gap.is_renamed or gap.answer_id)
