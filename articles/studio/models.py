"""What the studio keeps beside the articles: words being typed, reviews, templates, rights, undo."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from articles.models import Kind, Revision, Translation
from kb.accounts.models import User
from kb.db import Base, enum_type, utc_now


class Level(StrEnum):
    """What a person may do in a category; each includes those before it."""

    READ = "read"
    WRITE = "write"
    PUBLISH = "publish"


class CategoryRight(Base):
    """What a person may do in a category and below it.

    Who has any such row works in these categories only; nobody may do more than their role allows.
    """

    __tablename__ = "category_right"
    __table_args__ = (UniqueConstraint("user_id", "category_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    category_id: Mapped[int] = mapped_column(
        ForeignKey("category.id", ondelete="CASCADE"), index=True
    )
    level: Mapped[Level] = mapped_column(enum_type(Level))


class WorkingCopy(Base):
    """What a person is typing in a draft, before they save it; and that they are there."""

    __tablename__ = "working_copy"
    __table_args__ = (UniqueConstraint("translation_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    after: Mapped[int] = mapped_column(comment="number of the revision it was written on")
    form: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, comment="the fields as typed; None: nothing unsaved"
    )
    saved_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(
        default=utc_now, comment="when the page was last open"
    )

    user: Mapped[User] = relationship()


class Verdict(StrEnum):
    """Where a review stands."""

    WAITING = "waiting"
    CHANGES_ASKED = "changes-asked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Review(Base):
    """A revision that somebody asked another to read before it is published."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), index=True
    )
    verdict: Mapped[Verdict] = mapped_column(
        enum_type(Verdict), default=Verdict.WAITING, index=True
    )
    asked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    reviewer_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True, comment="None: any reviewer"
    )
    note: Mapped[str] = mapped_column(default="", comment="what the writer says to the reviewer")
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = mapped_column(default="", comment="what the reviewer says to the writer")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    decided_at: Mapped[datetime | None]

    translation: Mapped[Translation] = relationship()
    revision: Mapped[Revision] = relationship()
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class LineComment(Base):
    """What a colleague says about a line of a draft, or about all of it."""

    __tablename__ = "line_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), index=True
    )
    answers_id: Mapped[int | None] = mapped_column(
        ForeignKey("line_comment.id", ondelete="CASCADE"), index=True
    )
    line: Mapped[int | None] = mapped_column(comment="of the body of the revision, from 1")
    quote: Mapped[str] = mapped_column(default="", comment="the line as it stood")
    text: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    author: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str] = mapped_column(default="")


class Template(Base):
    """What a new article of a kind begins with in one language, where a lead has changed it."""

    __tablename__ = "article_template"
    __table_args__ = (UniqueConstraint("kind", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    locale: Mapped[str]
    body: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    updated_by: Mapped[str] = mapped_column(default="")


class ChangeSet(Base):
    """One act on many things, with what they were before, so that it can be undone."""

    __tablename__ = "change_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(comment="archive, move, tag, assign, …")
    before: Mapped[list[Any]] = mapped_column(JSON, comment="what each thing was")
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    undone_at: Mapped[datetime | None]


class VerifyLetter(Base):
    """That an owner was told this week what to read again: at most one such letter a week."""

    __tablename__ = "verify_letter"
    __table_args__ = (UniqueConstraint("owner", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    week: Mapped[str] = mapped_column(comment="ISO 8601, such as 2026-W47")
    sent_at: Mapped[datetime] = mapped_column(default=utc_now)
