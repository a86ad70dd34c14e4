"""Notices to customers, and who wants to hear of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, enum_type, utc_now


class Severity(StrEnum):
    """How much something hinders customers."""

    NOTICE = "notice"
    MINOR = "minor"
    MAJOR = "major"


class Scope(StrEnum):
    """Where a notice stands."""

    SITE = "site"
    CATEGORY = "category"
    WIDGET = "widget"


class Announcement(Base):
    """Something that customers should know: shown from its start to its end, by the query alone."""

    __tablename__ = "announcement"
    __table_args__ = (Index(None, "starts_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    severity: Mapped[Severity] = mapped_column(enum_type(Severity), default=Severity.NOTICE)
    is_issue: Mapped[bool] = mapped_column(
        default=False, comment="something is broken, and will be fixed"
    )
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list, comment="of Scope")
    category_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    starts_at: Mapped[datetime] = mapped_column(default=utc_now)
    ends_at: Mapped[datetime | None] = mapped_column(index=True)
    fixed_at: Mapped[datetime | None]
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("article.id", ondelete="SET NULL"), index=True, comment="that says more"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    announced_at: Mapped[datetime | None] = mapped_column(
        comment="when subscribers were written to"
    )
    is_mailed: Mapped[bool] = mapped_column(
        default=True, comment="subscribers are written to when it begins"
    )
    fixed_told_at: Mapped[datetime | None] = mapped_column(
        comment="when those who wait were told that it is fixed"
    )
    simulated: Mapped[bool] = mapped_column(default=False)

    texts: Mapped[list["AnnouncementText"]] = relationship(
        back_populates="announcement", cascade="all, delete-orphan"
    )


class AnnouncementText(Base):
    """An announcement in one language."""

    __tablename__ = "announcement_text"
    __table_args__ = (UniqueConstraint("announcement_id", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id", ondelete="CASCADE"))
    locale: Mapped[str]
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="", comment="Markdown")
    fixed_words: Mapped[str] = mapped_column(
        default="", comment="Markdown: what to know now that it is fixed"
    )

    announcement: Mapped[Announcement] = relationship(back_populates="texts")


class Subscription(Base):
    """An address that wants to hear of announcements, or that one issue is fixed.

    It counts once its owner has followed the link that was sent to it.
    """

    __tablename__ = "subscription"
    __table_args__ = (Index(None, "email", "announcement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    locale: Mapped[str]
    announcement_id: Mapped[int | None] = mapped_column(
        ForeignKey("announcement.id", ondelete="CASCADE"), index=True, comment="none: all of them"
    )
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("category.id", ondelete="CASCADE"), index=True, comment="none: the whole site"
    )
    visitor: Mapped[str] = mapped_column(
        default="", index=True, comment="rotating keyed hash, hexadecimal"
    )
    origin: Mapped[str] = mapped_column(default="", comment="as of the visit")
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None] = mapped_column(comment="of the one issue: that it is fixed")
