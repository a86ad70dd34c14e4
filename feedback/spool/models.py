"""How far each segment of the spool has been entered."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class SpoolPosition(Base):
    """Moved in the transaction that enters the events before it."""

    __tablename__ = "spool_position"

    segment: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(comment="bytes of the segment that have been entered")
    moved_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
