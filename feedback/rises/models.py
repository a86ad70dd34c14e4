"""Alerts: what rose, since when, and what a lead decided about it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class AlertState(StrEnum):
    """What was decided about an alert."""

    OPEN = "open"
    SEEN = "seen"
    NOT_AN_INCIDENT = "not-an-incident"
    DRAFTED = "drafted"


class Alert(Base):
    """A question asked far more than is usual at this hour. One row for one rise, kept for ever."""

    __tablename__ = "alert"
    __table_args__ = (Index(None, "state", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="the wording most asked")
    locale: Mapped[str] = mapped_column(comment="language of the name")
    wordings: Mapped[list[str]] = mapped_column(
        JSON, comment="normalised, as “locale wording”: by them the rise is known again"
    )
    gap_id: Mapped[int | None] = mapped_column(
        ForeignKey("gap.id", ondelete="SET NULL"), index=True
    )
    started_at: Mapped[datetime] = mapped_column(index=True, comment="first asked in the rise")
    found_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(comment="last check that still found it risen")
    ended_at: Mapped[datetime | None] = mapped_column(comment="when it was back to usual")
    visitors: Mapped[int] = mapped_column(comment="at the height, of different origins")
    expected: Mapped[float] = mapped_column(comment="usual in as long a stretch at this hour")
    state: Mapped[AlertState] = mapped_column(enum_type(AlertState), default=AlertState.OPEN)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    quiet_until: Mapped[datetime | None] = mapped_column(comment="no new alert for it before")
    translation_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="SET NULL"),
        index=True,
        comment="known issue drafted for it",
    )
    simulated: Mapped[bool] = mapped_column(default=False)

    @property
    def factor(self) -> float | None:
        """Return visitors ÷ usual; None where usually hardly anybody asks."""
        return self.visitors / self.expected if self.expected >= 0.5 else None


class AlertReader(Base):
    """A lead who asked to be told of rises by e-mail."""

    __tablename__ = "alert_reader"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    locale: Mapped[str]
    since: Mapped[datetime] = mapped_column(default=utc_now)
