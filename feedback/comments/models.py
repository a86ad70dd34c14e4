"""What became of a comment. The vote or answer that carries it is never touched."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class CommentSource(StrEnum):
    """What the comment came with; also the name in addresses."""

    VOTE = "vote"
    SURVEY = "survey"


class State(StrEnum):
    """Where a comment stands; without a row of its own it is new."""

    NEW = "new"
    READ = "read"
    ANSWERED = "answered"
    TASK = "task"


class CommentState(Base):
    """What was decided about one comment, and what it was before, so that it can be undone."""

    __tablename__ = "comment_state"
    __table_args__ = (UniqueConstraint("source", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[CommentSource] = mapped_column(enum_type(CommentSource))
    # No foreign key: it points to a vote or to a survey answer; when that goes, so does what joins it.
    source_id: Mapped[int]
    state: Mapped[State] = mapped_column(enum_type(State))
    before: Mapped[State] = mapped_column(enum_type(State), default=State.NEW)
    note: Mapped[str] = mapped_column(default="", comment="what was answered or done")
    gap_id: Mapped[int | None] = mapped_column(
        ForeignKey("gap.id", ondelete="SET NULL"), index=True, comment="the task made of it"
    )
    by: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=utc_now)
