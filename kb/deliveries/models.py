"""What waits to reach another program, and how its receivers do."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class Delivery(Base):
    """One message to one receiver, tried until it arrives; may arrive twice.

    Written in the transaction of what caused it, so that neither is there without the other.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_waiting", "kind", "target_id", "delivered_at", "given_up_at", "due_at"),
        Index(None, "thing", "thing_id"),
        Index(None, "delivered_at", "given_up_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(comment="who knows how to send it: webhook, help-desk")
    target_id: Mapped[int] = mapped_column(comment="the receiver, of that kind")
    event_id: Mapped[str] = mapped_column(
        index=True, comment="the same for every receiver and every try: who gets it twice can tell"
    )
    event: Mapped[str] = mapped_column(comment="what happened, such as article.published")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    thing: Mapped[str] = mapped_column(default="", comment="what it is about, such as request")
    thing_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    due_at: Mapped[datetime] = mapped_column(default=utc_now, comment="not tried before")
    is_aside: Mapped[bool] = mapped_column(
        default=False, comment="its receiver takes others, and not this one: they pass it"
    )
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None] = mapped_column(comment="of HTTP, as last answered")
    last_error: Mapped[str] = mapped_column(default="")
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


class Receiver(Base):
    """Another program, as far as sending goes: whether it answers, and who is at it."""

    __tablename__ = "delivery_receiver"
    __table_args__ = (UniqueConstraint("kind", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    target_id: Mapped[int]
    claimed_until: Mapped[datetime | None] = mapped_column(
        comment="one process is sending to it; another may once this has passed"
    )
    served_at: Mapped[datetime | None] = mapped_column(comment="whose turn was longest ago is next")
    not_before: Mapped[datetime | None] = mapped_column(comment="it failed, or asked to wait")
    failures: Mapped[int] = mapped_column(default=0, comment="in a row")
    failing_since: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_because: Mapped[str] = mapped_column(
        default="", comment="what the site itself stopped for; empty where a person did"
    )
