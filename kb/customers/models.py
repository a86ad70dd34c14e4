"""Customers that another site of the company knows and vouches for, and the keys it signs with."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


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


class KeyKind(StrEnum):
    """How a site signs: with a secret that both sides know, or with a key whose public half is here."""

    SHARED = "shared"
    PUBLIC = "public"


class CustomerKey(Base):
    """A key that signs for customers. Two may be valid at once, so that a site can change over."""

    __tablename__ = "customer_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(unique=True, comment="public name, `kid` in a token")
    name: Mapped[str] = mapped_column(comment="of the site or app that signs with it")
    kind: Mapped[KeyKind] = mapped_column(enum_type(KeyKind))
    algorithm: Mapped[str] = mapped_column(comment="HS256, RS256 or ES256: the only one it may use")
    sealed_secret: Mapped[str] = mapped_column(default="", comment="encrypted under the site’s key")
    public_key: Mapped[str] = mapped_column(default="", comment="PEM")
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(comment="signs for nobody since")
    used_at: Mapped[datetime | None] = mapped_column(comment="when it last vouched for somebody")


class UsedToken(Base):
    """A token that came in an address and has opened a session: nobody opens another with it."""

    __tablename__ = "used_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the token")
    expires_at: Mapped[datetime] = mapped_column(index=True)
