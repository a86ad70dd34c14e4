"""The outbox: what is to be sent stands in the database beside what caused it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class OutgoingMail(Base):
    """A message to one address.

    Once it has left, its words and its address are erased; the row tells that it has, of which kind.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_waiting", "sent_at", "given_up_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True, comment="as in the header, with < and >")
    kind: Mapped[str] = mapped_column(comment="what it is about, such as request or digest")
    recipient: Mapped[str]
    reply_to: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(
        default="", comment="shown before the address of the site, where a person writes"
    )
    is_personal: Mapped[bool] = mapped_column(
        default=False, comment="a person wrote it: it is not marked as made by a program"
    )
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str] = mapped_column(default="")
    headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    images: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="content id -> PNG as base64"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    due_at: Mapped[datetime] = mapped_column(default=utc_now, comment="not tried before")
    claimed_until: Mapped[datetime | None] = mapped_column(
        comment="one process is sending it; another may try once this has passed"
    )
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
