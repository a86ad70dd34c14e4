"""Where the widget may stand, and what it suggests there."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class WidgetSite(Base):
    """A site that may carry the widget."""

    __tablename__ = "widget_site"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(
        unique=True, comment="as browsers say it: https://shop.example"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )


class WidgetRule(Base):
    """Which articles the widget suggests on which pages."""

    __tablename__ = "widget_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0, comment="the first that fits decides")
    pattern: Mapped[str] = mapped_column(comment="of the page's path: * stands for anything")
    origin: Mapped[str] = mapped_column(default="", comment="empty: every site")
    article_ids: Mapped[list[int]] = mapped_column(JSON, default=list, comment="best first")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
