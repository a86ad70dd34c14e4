"""Users, roles and their ways in, in the form that Flask-Security expects."""

from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from flask import has_request_context, request
from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, Table, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base, utc_now


class RoleName(StrEnum):
    """What a person is trusted with; each role includes those before it."""

    WRITER = "writer"
    REVIEWER = "reviewer"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def included(self) -> tuple["RoleName", ...]:
        """Return this role and those below it."""
        ranked = tuple(RoleName)
        return ranked[: ranked.index(self) + 1]


role_of_user = Table(
    "role_of_user",
    Base.metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A named set of permissions."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")


class User(Base, UserMixin):
    """Somebody who may sign in: a colleague with a role, or a customer without one."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=lambda: uuid4().hex)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    locale: Mapped[str] = mapped_column(default="", comment="language of their mail and studio")
    invited_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None] = mapped_column(comment="when they last came in")
    refusals: Mapped[int] = mapped_column(default=0, comment="wrong passwords in a row")
    locked_until: Mapped[datetime | None]
    # Names that Flask-Security knows: the second factor, its recovery codes, and passkeys.
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    tf_last_counter: Mapped[int | None] = mapped_column(
        comment="time step of the last code that was accepted; no code is taken twice"
    )
    tf_phone_number: Mapped[str | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        unique=True, index=True, default=lambda: uuid4().hex
    )
    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]  # as with roles
        back_populates="user", cascade="all, delete-orphan"
    )
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # the mixin says list[RoleMixin]
        secondary=role_of_user, lazy="selectin"
    )

    @property
    def shown_name(self) -> str:
        """Return what colleagues read: the name, or the address of who has given none."""
        return self.name or self.email

    @property
    def is_closed_for_now(self) -> bool:
        """Tell whether too many wrong passwords or codes have locked the account."""
        return self.locked_until is not None and self.locked_until > utc_now()

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Hold up passwords alone: a passkey cannot be guessed, and a new password opens the lock.

        Flask-Security asks this at each of its doors.
        """
        if not has_request_context() or request.endpoint != "security.login":
            return False
        if self.is_closed_for_now and form_error is not None:
            form_error.append("locked")  # never shown: the page has one sentence for every reason
        return self.is_closed_for_now


class Passkey(Base, WebAuthnMixin):
    """A key of a device or a password manager; the names of its columns are Flask-Security's."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    backup_state: Mapped[bool]
    device_type: Mapped[str]
    extensions: Mapped[str | None]
    create_datetime: Mapped[datetime] = mapped_column(default=utc_now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=utc_now)
    name: Mapped[str]
    usage: Mapped[str] = mapped_column(
        comment="first: instead of the password; secondary: after it"
    )

    user: Mapped[User] = relationship(back_populates="webauthn")


class SignIn(Base):
    """A browser in which somebody has signed in; ending it signs that browser out."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of what the cookie holds")
    device: Mapped[str] = mapped_column(default="", comment="browser and system, in words")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]


class Identity(Base):
    """Who a person is at a provider of identities (OpenID Connect)."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
