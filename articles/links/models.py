"""The addresses elsewhere that articles link to, and how they answered last."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class LinkState(StrEnum):
    """How an address answered."""

    UNKNOWN = "unknown"
    WORKING = "working"
    MOVED = "moved"
    BROKEN = "broken"
    IGNORED = "ignored"


class Link(Base):
    """An address that public articles link to."""

    __tablename__ = "link"
    __table_args__ = (Index(None, "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    host: Mapped[str] = mapped_column(index=True)
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState), default=LinkState.UNKNOWN)
    status: Mapped[int | None] = mapped_column(comment="of the last HTTP answer")
    trouble: Mapped[str] = mapped_column(default="", comment="why there was no good answer")
    moved_to: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0, comment="different days of them, in a row")
    failed_at: Mapped[datetime | None] = mapped_column(comment="the last of these days")
    broken_since: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    next_at: Mapped[datetime] = mapped_column(default=utc_now, comment="when to ask again")
    ignored_by: Mapped[str] = mapped_column(default="")


class LinkUse(Base):
    """That the public words of a translation hold a link."""

    __tablename__ = "link_use"
    __table_args__ = (UniqueConstraint("link_id", "translation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id", ondelete="CASCADE"))
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(default="", comment="what readers click on")


class LinkedRevision(Base):
    """Which words of a translation its uses of links were read from: they are read once."""

    __tablename__ = "linked_revision"

    translation_id: Mapped[int] = mapped_column(
        ForeignKey("translation.id", ondelete="CASCADE"), primary_key=True
    )
    revision_id: Mapped[int]


class LinkHost(Base):
    """A site that is asked: its robots.txt, and when it may be asked again."""

    __tablename__ = "link_host"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(unique=True)
    robots: Mapped[str] = mapped_column(default="")
    robots_at: Mapped[datetime | None]
    free_at: Mapped[datetime] = mapped_column(default=utc_now)
