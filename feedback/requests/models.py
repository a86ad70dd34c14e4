"""What people asked a person, and how it went on."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models import Channel
from kb.db import Base, enum_type, utc_now


class Way(StrEnum):
    """How a request reached the company."""

    FORM = "form"
    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    MESSAGING = "messaging"
    SOCIAL = "social"
    SMS = "sms"
    POST = "post"
    SHOP = "shop"
    MEETING = "meeting"
    API = "api"


class Author(StrEnum):
    """Who a message is from."""

    CUSTOMER = "customer"
    STAFF = "staff"


def _asked_at(context: Any) -> Any:
    """Return when a row that is being inserted was sent: the default of its newest message."""
    given = context.get_current_parameters()
    return given.get("answered_at") or given["created_at"]


def _asked_by(context: Any) -> Author:
    given = context.get_current_parameters()
    return Author.STAFF if given.get("answered_at") else Author.CUSTOMER


def _waits_from(context: Any) -> Any:
    """Return since when the sender of a row that is being inserted waits."""
    given = context.get_current_parameters()
    is_done = given.get("answered_at") or given.get("resolved_at")
    return None if is_done else given["created_at"]


class ContactRequest(Base):
    """A message to a person, by the form or another channel."""

    __tablename__ = "contact_request"
    __table_args__ = (
        Index(None, "visitor", "created_at"),
        Index(None, "origin", "created_at"),
        Index(None, "resolved_at", "created_at"),
        Index(None, "resolved_at", "waiting_since"),
        Index(None, "resolved_at", "last_at"),
        Index(None, "assigned_to_id", "resolved_at"),
        Index(None, "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, comment="short name for people")
    visit_id: Mapped[int | None] = mapped_column(
        ForeignKey("visit.id", ondelete="SET NULL"), index=True
    )
    visitor: Mapped[str] = mapped_column(default="", comment="rotating keyed hash, hexadecimal")
    origin: Mapped[str] = mapped_column(default="", comment="as of the visit")
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), default=Channel.SITE)
    locale: Mapped[str]
    subject: Mapped[str]
    message: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="SET NULL"),
        index=True,
        comment="nearest translation when it was sent; decides category, kind and stage",
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(comment="first answer of the staff")
    resolved_at: Mapped[datetime | None]
    # No foreign keys below: SQLite would have to make the table anew, and lose what points to it.
    name: Mapped[str] = mapped_column(default="", comment="of its sender, where they gave it")
    via: Mapped[Way] = mapped_column(
        enum_type(Way), default=Way.FORM, comment="how it reached the company"
    )
    topic_id: Mapped[int | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="what the fields of its topic asked for, by their keys"
    )
    customer_id: Mapped[int | None] = mapped_column(index=True)
    assigned_to_id: Mapped[int | None]
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    solved_by_id: Mapped[int | None] = mapped_column(
        index=True, comment="article that the staff say has the answer"
    )
    last_at: Mapped[datetime | None] = mapped_column(
        default=_asked_at, comment="of the newest message, notes apart"
    )
    last_by: Mapped[Author | None] = mapped_column(enum_type(Author), default=_asked_by)
    waiting_since: Mapped[datetime | None] = mapped_column(
        default=_waits_from,
        comment="first words of the customer that nobody has answered; none where the turn is theirs",
    )
    closed_by: Mapped[Author | None] = mapped_column(
        enum_type(Author), comment="who said that it is resolved"
    )
    external_reference: Mapped[str] = mapped_column(
        default="", index=True, comment="what the company’s own help desk calls it"
    )
    external_url: Mapped[str] = mapped_column(default="")
    surveyed_at: Mapped[datetime | None] = mapped_column(
        comment="day on which its sender’s browser was asked a question last, as it says"
    )
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_staff: Mapped[bool] = mapped_column(default=False)
    simulated: Mapped[bool] = mapped_column(default=False)


class RequestMessage(Base):
    """One message of a request after the first, which the request itself holds; or a note of the staff."""

    __tablename__ = "request_message"
    __table_args__ = (Index(None, "request_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("contact_request.id", ondelete="CASCADE"))
    author: Mapped[Author] = mapped_column(enum_type(Author))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True, comment="which colleague"
    )
    author_name: Mapped[str] = mapped_column(
        default="", comment="where it is nobody with an account: in another help desk, or by mail"
    )
    is_note: Mapped[bool] = mapped_column(default=False, comment="for the staff alone")
    is_automatic: Mapped[bool] = mapped_column(
        default=False, comment="written by a program: an acknowledgement is no answer"
    )
    text: Mapped[str] = mapped_column(comment="plain, or Markdown where the staff wrote it")
    html: Mapped[str] = mapped_column(default="", comment="as it came by mail, sanitised")
    quoted: Mapped[str] = mapped_column(default="", comment="what a mail repeated of earlier ones")
    via: Mapped[Way] = mapped_column(enum_type(Way), default=Way.FORM)
    message_id: Mapped[str] = mapped_column(
        default="", index=True, comment="of the e-mail, with < and >"
    )
    mail_id: Mapped[int | None] = mapped_column(
        ForeignKey("outgoing_mail.id", ondelete="SET NULL"), index=True, comment="that carries it"
    )
    undelivered: Mapped[str] = mapped_column(default="", comment="what a bounce said of it")
    external_id: Mapped[str | None] = mapped_column(
        unique=True, comment="of the company’s own help desk: none comes in twice"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    simulated: Mapped[bool] = mapped_column(default=False)


class RequestFile(Base):
    """A file that somebody sent with a message; read by the people of that request alone."""

    __tablename__ = "request_file"
    __table_args__ = (Index(None, "visitor", "created_at"), Index(None, "origin", "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_request.id", ondelete="CASCADE"),
        index=True,
        comment="none while the form is not sent yet",
    )
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("request_message.id", ondelete="CASCADE"),
        index=True,
        comment="none: it came with the first message",
    )
    key: Mapped[str] = mapped_column(
        unique=True, comment="its secret name, in addresses and on disk"
    )
    visitor: Mapped[str] = mapped_column(default="", comment="who uploaded it, before it is sent")
    origin: Mapped[str] = mapped_column(default="", comment="their network, as of a visit")
    name: Mapped[str] = mapped_column(comment="as its sender called it, made safe")
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(comment="in bytes")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the content")
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class RequestLink(Base):
    """A link by which a customer comes back to their requests: it opens once, and not for long."""

    __tablename__ = "request_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("contact_request.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of what the link holds")
    origin: Mapped[str] = mapped_column(
        default="", index=True, comment="network that asked for it, as of a visit"
    )
    words: Mapped[str] = mapped_column(
        default="", comment="what its reader was writing when their session ended"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    session_digest: Mapped[str | None] = mapped_column(
        unique=True, comment="SHA-256 of what the cookie holds, once the link was used"
    )
    session_ends_at: Mapped[datetime | None]


class RequestPresence(Base):
    """A colleague who has a request open, so that two do not answer at once."""

    __tablename__ = "request_presence"
    __table_args__ = (UniqueConstraint("request_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("contact_request.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    is_writing: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
