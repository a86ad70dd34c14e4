"""Keys to the API, and what was answered to requests that may be repeated."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class ApiToken(Base):
    """A key to the API, shown once and kept as a digest."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="what it is for, in the words of its maker")
    beginning: Mapped[str] = mapped_column(comment="its first characters, to tell it from others")
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the whole")
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None] = mapped_column(comment="to the minute")
    revoked_at: Mapped[datetime | None]


class ApiAnswer(Base):
    """What was answered to a request that its caller may repeat; kept for a day.

    It may hold what somebody wrote: nothing else reads it, and erasing a person erases it.
    """

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("caller", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(comment="the key of the API, else the address")
    key: Mapped[str] = mapped_column(comment="that the caller has chosen")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the request")
    status: Mapped[int | None] = mapped_column(comment="None: it is being worked on")
    headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
