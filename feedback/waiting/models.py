"""Who waits for the answer to a question."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


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
