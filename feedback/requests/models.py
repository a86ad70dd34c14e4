"""What people asked a person, and how it went on."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models import Channel
from kb.db import Base, enum_type, utc_now


class ContactRequest(Base):
    """A message to a person, by the form or another channel."""

    __tablename__ = "contact_request"
    __table_args__ = (
        Index(None, "visitor", "created_at"),
        Index(None, "origin", "created_at"),
        Index(None, "resolved_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, comment="short name for people")
    visit_id: Mapped[int | None] = mapped_column(
        ForeignKey("visit.id", ondelete="SET NULL"), index=True
    )
    visitor: Mapped[str] = mapped_column(default="", comment="rotating keyed hash, hexadecimal")
    origin: Mapped[str] = mapped_column(default="", comment="as of the visit")
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), default=Channel.SITE)
    locale: Mapped[str]
    subject: Mapped[str]
    message: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="SET NULL"),
        index=True,
        comment="nearest translation when it was sent; decides category, kind and stage",
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(comment="first answer of the staff")
    resolved_at: Mapped[datetime | None]
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_staff: Mapped[bool] = mapped_column(default=False)
    simulated: Mapped[bool] = mapped_column(default=False)
