"""E-mail that has come in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class Became(StrEnum):
    """What became of a mail."""

    REQUEST = "request"
    MESSAGE = "message"
    STAFF_ANSWER = "staff-answer"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    SPAM = "spam"
    HELD = "held"


class Reason(StrEnum):
    """Why a mail became what it became."""

    # Held for a person
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    NO_SENDER = "no-sender"
    NOTHING_SAID = "nothing-said"
    FORGED = "forged"
    NOT_A_COLLEAGUE = "not-a-colleague"
    FROM_A_COLLEAGUE = "from-a-colleague"
    NOTICE_REPEATED = "notice-repeated"
    TOO_MANY = "too-many"
    FILES_LEFT_OUT = "files-left-out"
    TROUBLE = "trouble"
    UNREAD = "unread"
    # Told by
    BY_TOKEN = "by-token"  # noqa: S105  # the name of a reason
    BY_MESSAGE = "by-message"
    BY_SUBJECT = "by-subject"
    OTHER_ADDRESS = "other-address"
    # Nobody wrote it
    OWN = "own"
    DELAYED = "delayed"
    BULK = "bulk"


class IncomingMail(Base):
    """A mail that was taken in: none is taken twice, and each one tells what became of it.

    What a person has to look at (`held`) lies as it came in the folder `mail` of the home folder.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (
        # Few of many: the inbox asks for them each time.
        Index(
            "ix_incoming_mail_kept",
            "id",
            sqlite_where=text("raw != ''"),
            postgresql_where=text("raw != ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(
        unique=True, comment="as in its header, else a digest of the whole"
    )
    sender: Mapped[str] = mapped_column(default="", index=True)
    subject: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    became: Mapped[Became] = mapped_column(enum_type(Became))
    reason: Mapped[str] = mapped_column(default="", comment="why: the name of a reason")
    said: Mapped[str] = mapped_column(default="", comment="what a server said in it")
    digest: Mapped[str] = mapped_column(
        default="", comment="SHA-256 of what it says: two mails may share a Message-ID"
    )
    raw: Mapped[str] = mapped_column(
        default="", comment="its file in the folder mail, while a person has to look"
    )
    looked_at: Mapped[datetime | None] = mapped_column(comment="a person has decided")
    owes_answer: Mapped[bool] = mapped_column(
        default=False, index=True, comment="its sender is to be told that it has come"
    )
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_request.id", ondelete="SET NULL"), index=True
    )
