"""Users and roles, in the form that Flask-Security expects."""

from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Table
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
    """Somebody of the company: a writer, reviewer, lead or administrator."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=lambda: uuid4().hex)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # the mixin says list[RoleMixin]
        secondary=role_of_user, lazy="selectin"
    )
