"""Surveys: one row for each time that somebody was asked, answered or not."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, enum_type, utc_now


class Survey(StrEnum):
    """Which question was asked."""

    CSAT = "csat"
    NPS = "nps"


class After(StrEnum):
    """What had happened before the question."""

    ARTICLE = "article"
    DEFLECTED = "deflected"
    REQUEST = "request"


class SurveyResponse(Base):
    """A question that was shown.

    Without `answered_at` nobody answered it: it counts in the response rate.
    """

    __tablename__ = "survey_response"
    __table_args__ = (Index(None, "visitor", "asked_at"), Index(None, "survey", "asked_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[Survey] = mapped_column(enum_type(Survey))
    after: Mapped[After] = mapped_column(enum_type(After))
    visitor: Mapped[str] = mapped_column(comment="rotating keyed hash, hexadecimal")
    origin: Mapped[str] = mapped_column(default="", comment="as of the visit")
    visit_id: Mapped[int | None] = mapped_column(
        ForeignKey("visit.id", ondelete="SET NULL"), index=True
    )
    locale: Mapped[str]
    translation_id: Mapped[int | None] = mapped_column(
        ForeignKey("translation.id", ondelete="SET NULL"), index=True
    )
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_request.id", ondelete="SET NULL"), index=True
    )
    mail_id: Mapped[int | None] = mapped_column(
        ForeignKey("outgoing_mail.id", ondelete="SET NULL"),
        index=True,
        comment="message that asks; empty where a page did",
    )
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)
    answered_at: Mapped[datetime | None]
    score: Mapped[int | None] = mapped_column(comment="CSAT 1 to 5, NPS 0 to 10")
    comment: Mapped[str] = mapped_column(default="", comment="personal data replaced")
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_staff: Mapped[bool] = mapped_column(default=False)
    simulated: Mapped[bool] = mapped_column(default=False)
