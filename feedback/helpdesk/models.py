"""Which help desk the company keeps."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class DeskKind(StrEnum):
    """How requests reach a help desk."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    ZENDESK = "zendesk"
    FRESHDESK = "freshdesk"
    ZAMMAD = "zammad"


class HelpDesk(Base):
    """A help desk that requests go to, and that answers come back from; one is in use at most."""

    __tablename__ = "help_desk"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DeskKind] = mapped_column(enum_type(DeskKind))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(comment="e-mail address, or https address of the service")
    user: Mapped[str] = mapped_column(default="", comment="who the service knows the site as")
    sealed_key: Mapped[str] = mapped_column(default="", comment="its token or password, encrypted")
    sealed_secret: Mapped[str] = mapped_column(
        default="", comment="what webhooks both ways are signed with, encrypted"
    )
    sealed_foreign_secret: Mapped[str] = mapped_column(
        default="", comment="what the service itself signs with, encrypted: Zendesk makes its own"
    )
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    heard_at: Mapped[datetime | None] = mapped_column(comment="when it last told something")


class HeardEvent(Base):
    """Something that a help desk told: none is taken twice, and what is older changes nothing."""

    __tablename__ = "heard_event"
    __table_args__ = (Index(None, "request_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("help_desk.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_request.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(unique=True, comment="of the desk’s event, by its number")
    what: Mapped[str] = mapped_column(comment="answer, note, reply, resolved or reopened")
    at: Mapped[datetime] = mapped_column(
        comment="when it happened, as the desk says, within reason"
    )
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    became: Mapped[str] = mapped_column(comment="what it changed here: taken, known, late, unknown")
