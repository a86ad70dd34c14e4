"""What readers did and said: visits, search intents, articles read, votes.

Rows hold what was seen and done, never a verdict that could not be worked out again from them: the
one derived column is `SearchIntent.outcome`, which `feedback.settling` may recompute at any time.
Addresses of the network are never stored; `visitor` is a keyed hash that rotates.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.outcomes import Outcome
from kb.db import Base, enum_type, utc_now


class Channel(StrEnum):
    """Where an event came from."""

    SITE = "site"
    API = "api"
    WIDGET = "widget"
    MCP = "mcp"
    EMAIL = "email"


class Reason(StrEnum):
    """Why an article helped or did not, as the voter chose it."""

    SOLVED = "solved"
    CLEAR = "clear"
    NOT_SOLVED = "not-solved"
    INCOMPLETE = "incomplete"
    OUTDATED_OR_WRONG = "outdated-or-wrong"
    HARD_TO_FOLLOW = "hard-to-follow"
    NOT_SEARCHED_FOR = "not-searched-for"
    OTHER = "other"


class BotReason(StrEnum):
    """What showed that a visit was no person's."""

    NAME = "name"
    BEHAVIOUR = "behaviour"
    CROWD = "crowd"


class Visit(Base):
    """One visitor at work, until 30 minutes of silence."""

    __tablename__ = "visit"
    __table_args__ = (
        # Two requests at the same instant must not open two visits.
        UniqueConstraint("visitor", "number"),
        Index(None, "settled_at", "last_seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(comment="rotating keyed hash, hexadecimal")
    number: Mapped[int] = mapped_column(comment="from 1, of this visitor")
    locale: Mapped[str]
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), default=Channel.SITE)
    started_at: Mapped[datetime] = mapped_column(index=True)
    last_seen_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(
        comment="when the outcomes were decided; empty while the visit may go on"
    )
    origin: Mapped[str] = mapped_column(
        default="",
        index=True,
        comment="keyed hash of the network that rotates daily; empty where it is not known",
    )
    is_bot: Mapped[bool] = mapped_column(default=False)
    bot_reason: Mapped[BotReason | None] = mapped_column(enum_type(BotReason))
    is_staff: Mapped[bool] = mapped_column(default=False)
    customer_id: Mapped[int | None] = mapped_column(
        index=True, comment="whom a signed token named in it; no foreign key, as below"
    )
    simulated: Mapped[bool] = mapped_column(default=False)


class SearchIntent(Base):
    """What a visitor was looking for: keystrokes and repetitions are one intent."""

    __tablename__ = "search_intent"
    __table_args__ = (
        UniqueConstraint("visit_id", "locale", "normalised"),
        Index(None, "outcome", "created_at"),
        Index(None, "normalised", "locale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    query: Mapped[str] = mapped_column(comment="as typed, personal data replaced")
    normalised: Mapped[str] = mapped_column(comment="folded words, equal for equal questions")
    locale: Mapped[str]
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), default=Channel.SITE)
    retrieved: Mapped[int] = mapped_column(comment="articles that the search gave, on all pages")
    matched: Mapped[int] = mapped_column(comment="of those first shown, how many hold its words")
    confidence: Mapped[float] = mapped_column(comment="of the best hit, 0 to 1")
    weak: Mapped[bool] = mapped_column(comment="confidence under the floor of its language")
    mode: Mapped[str] = mapped_column(comment="hybrid, keyword or semantic")
    shown: Mapped[list[int]] = mapped_column(JSON, comment="translations shown first, best first")
    times: Mapped[int] = mapped_column(default=1, comment="searches merged into this intent")
    reformulation_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("search_intent.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    searched_at: Mapped[datetime] = mapped_column(
        default=utc_now, comment="when it was last asked in this visit"
    )
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    # No foreign key: SQLite would have to make the table anew, and lose what points to it.
    subject_id: Mapped[int | None] = mapped_column(
        comment="translation opened, else shown first; derived, decides category, kind and stage",
    )
    simulated: Mapped[bool] = mapped_column(default=False)


class ArticleRead(Base):
    """An article opened in a visit, and for how long it was read; one row for each way in."""

    __tablename__ = "article_read"
    __table_args__ = (Index(None, "translation_id", "opened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id", ondelete="CASCADE"))
    revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revision.id", ondelete="SET NULL"), index=True
    )
    intent_id: Mapped[int | None] = mapped_column(
        ForeignKey("search_intent.id", ondelete="SET NULL"), index=True
    )
    rank: Mapped[int | None] = mapped_column(comment="place among the results, from 1")
    opened_at: Mapped[datetime]
    last_opened_at: Mapped[datetime]
    read_seconds: Mapped[int] = mapped_column(
        default=0, comment="longest reading with the page in view"
    )
    simulated: Mapped[bool] = mapped_column(default=False)


class Vote(Base):
    """Whether a revision helped, said by a visitor; may be changed, counts once."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("visitor", "revision_id"),
        Index(None, "visitor", "voted_at"),
        Index(None, "origin", "voted_at"),
        Index(None, "translation_id", "voted_at"),
        # All that counting the votes of a period needs.
        Index(
            "ix_vote_of_period",
            "voted_at",
            "translation_id",
            "helpful",
            "is_bot",
            "is_staff",
            "locale",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), index=True
    )
    translation_id: Mapped[int] = mapped_column(ForeignKey("translation.id", ondelete="CASCADE"))
    visitor: Mapped[str] = mapped_column(comment="rotating keyed hash, hexadecimal")
    origin: Mapped[str] = mapped_column(default="", comment="as of the visit")
    visit_id: Mapped[int | None] = mapped_column(
        ForeignKey("visit.id", ondelete="SET NULL"), index=True
    )
    intent_id: Mapped[int | None] = mapped_column(
        ForeignKey("search_intent.id", ondelete="SET NULL"), index=True
    )
    helpful: Mapped[bool]
    reason: Mapped[Reason | None] = mapped_column(enum_type(Reason))
    comment: Mapped[str] = mapped_column(default="", comment="personal data replaced")
    query: Mapped[str] = mapped_column(default="", comment="the question that led to the article")
    locale: Mapped[str]
    voted_at: Mapped[datetime] = mapped_column(default=utc_now, comment="when it last said so")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    version: Mapped[int] = mapped_column(
        default=1, comment="rises with each change, so that an old form cannot overwrite a new one"
    )
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_staff: Mapped[bool] = mapped_column(default=False)
    simulated: Mapped[bool] = mapped_column(default=False)
