"""Who gets which digest, and which have left."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class Frequency(StrEnum):
    """How often a digest comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Subscription(Base):
    """A lead's wish for the digest; gone when they unsubscribe."""

    __tablename__ = "digest_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    frequency: Mapped[Frequency] = mapped_column(enum_type(Frequency))
    locale: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class SentDigest(Base):
    """A digest that was put into the outbox: each period once, whatever process asks."""

    __tablename__ = "sent_digest"
    __table_args__ = (UniqueConstraint("user_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(comment="such as 2026-W47 or 2026-11")
    queued_at: Mapped[datetime] = mapped_column(default=utc_now)
