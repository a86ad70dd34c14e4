"""The ways to reach a person, and what a request can be about, as a lead sets them up."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.requests.models import Way
from kb.db import Base, enum_type, utc_now


class ContactChannel(Base):
    """A way to reach a person: what it is, whom it is for, and when somebody is there."""

    __tablename__ = "contact_channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    way: Mapped[Way] = mapped_column(enum_type(Way))
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    target: Mapped[str] = mapped_column(
        default="", comment="number, address of mail, https address or postal lines"
    )
    snippet: Mapped[str] = mapped_column(
        default="", comment="HTML of a vendor, shown on a page of its own"
    )
    snippet_hosts: Mapped[list[str]] = mapped_column(
        JSON, default=list, comment="that the snippet may load from and talk to"
    )
    snippet_keeps: Mapped[bool] = mapped_column(
        default=False, comment="the snippet may use the storage and cookies of this site"
    )
    words: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="by language: name, note, meanwhile (what to do when closed)"
    )
    locales: Mapped[list[str]] = mapped_column(
        JSON, default=list, comment="languages it speaks; empty: all of the site"
    )
    topic_ids: Mapped[list[int]] = mapped_column(
        JSON, default=list, comment="what it is for; empty: everything"
    )
    timezone: Mapped[str] = mapped_column(default="", comment="empty: that of the site")
    hours: Mapped[list[list[list[str]]]] = mapped_column(
        JSON,
        default=list,
        comment="from Monday, for each day its stretches [from, to] as HH:MM; empty: always open",
    )
    holidays_of: Mapped[str] = mapped_column(
        default="", comment="country, with a part of it after -, whose public holidays it keeps"
    )
    exceptions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment="date, stretches as in hours (none: closed), why by language"
    )
    stated_minutes: Mapped[int | None] = mapped_column(
        comment="delay that the company states, until enough were measured"
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)


class Topic(Base):
    """What a request can be about; decides what else its form asks."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, comment="by language")
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("category.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    fields: Mapped[list["TopicField"]] = relationship(
        back_populates="topic", cascade="all, delete-orphan", order_by="TopicField.position"
    )


class TopicField(Base):
    """A question that the form asks about one topic."""

    __tablename__ = "topic_field"
    __table_args__ = (UniqueConstraint("topic_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(comment="never changes: requests keep their answers under it")
    kind: Mapped[str] = mapped_column(comment="text, lines, choice, number, date or yes-no")
    labels: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, comment="by language")
    hints: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, comment="by language")
    options: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment="of a choice: key, and labels by language"
    )
    is_required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(
        default=True, comment="one taken away is asked no more, and names the answers that it got"
    )

    topic: Mapped[Topic] = relationship(back_populates="fields")
