"""Customers that another site of the company knows and vouches for."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, utc_now


class Customer(Base):
    """Somebody whom a signed token named. Without a token there is no row, and no trace."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, comment="as the company calls them")
    email: Mapped[str] = mapped_column(default="", index=True)
    name: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    plan: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(
        default=utc_now, comment="when a token last named them"
    )
