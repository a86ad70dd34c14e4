"""Addresses that are told of what happens here."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class WebhookEndpoint(Base):
    """An address of another program, and the events that it wants to hear of.

    Whether it answers, and whether sending is paused, its row among the receivers tells.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    sealed_secret: Mapped[str] = mapped_column(comment="what messages are signed with, encrypted")
    former_secret: Mapped[str] = mapped_column(
        default="", comment="the one before, encrypted: both sign while the receiver changes over"
    )
    former_until: Mapped[datetime | None]
    events: Mapped[list[str]] = mapped_column(JSON, default=list, comment="empty: all of them")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
