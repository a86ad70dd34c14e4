"""The entries of the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class AuditEntry(Base):
    """One act of a person, as it was; never changed and never removed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "thing", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True, comment="account, if it was one")
    actor: Mapped[str] = mapped_column(comment="name and address as they were, or the command")
    act: Mapped[str] = mapped_column(index=True, comment="such as article.published")
    thing: Mapped[str] = mapped_column(default="", comment="sort of what was acted upon")
    thing_id: Mapped[int | None]
    label: Mapped[str] = mapped_column(default="", comment="what people call it")
    revision: Mapped[int | None] = mapped_column(comment="number of the revision")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
