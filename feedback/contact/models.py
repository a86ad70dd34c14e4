"""Who looked for a person, what the site offered them first, and what they sent."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models import Channel
from kb.db import Base, enum_type, utc_now


class ContactAttempt(Base):
    """A visit in which somebody showed that they need a person: they opened the contact page.

    Deflection counts these. What was typed and not sent is never stored; what was suggested is.
    """

    __tablename__ = "contact_attempt"
    __table_args__ = (UniqueConstraint("visit_id"), Index(None, "visitor", "opened_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    visitor: Mapped[str] = mapped_column(comment="rotating keyed hash, hexadecimal")
    locale: Mapped[str]
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), default=Channel.SITE)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None] = mapped_column(comment="first typing in the form")
    suggested: Mapped[list[int]] = mapped_column(
        JSON, default=list, comment="translations offered while typing, in order of appearance"
    )
    opened: Mapped[list[int]] = mapped_column(
        JSON, default=list, comment="of those offered, the ones opened after the form was started"
    )
    first_opened_at: Mapped[datetime | None] = mapped_column(comment="first suggestion opened")
    answered_at: Mapped[datetime | None] = mapped_column(comment="“this answers my question”")
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="SET NULL"), index=True
    )
    subject_id: Mapped[int | None] = mapped_column(
        comment="translation that answered, else opened first, else suggested first; derived"
    )
    simulated: Mapped[bool] = mapped_column(default=False)


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


class Waiting(Base):
    """Somebody who asked to be told when one question has an answer.

    The address serves for that one message and is erased when it has left.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        UniqueConstraint("email", "locale", "normalised"),
        Index(None, "told_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    query: Mapped[str] = mapped_column(comment="as typed, personal data replaced")
    normalised: Mapped[str]
    locale: Mapped[str]
    email: Mapped[str | None] = mapped_column(comment="empty once they have been told")
    visitor: Mapped[str] = mapped_column(
        default="", index=True, comment="rotating keyed hash, hexadecimal"
    )
    origin: Mapped[str] = mapped_column(default="", comment="as of the visit")
    gap_id: Mapped[int | None] = mapped_column(
        ForeignKey("gap.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    told_at: Mapped[datetime | None]
    simulated: Mapped[bool] = mapped_column(default=False)
