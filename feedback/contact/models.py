"""Who looked for a person, and what the site offered them first."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models import Channel
from kb.db import Base, enum_type


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
