"""Take votes and the reasons for them: one for each visitor and revision, which may be changed.

How often a visitor, and a network, may vote is counted in the database: no other process, no restart
and no new name from the same machine begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from limits import RateLimitItem, parse_many
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session

from articles.models import Revision, Translation
from feedback.comments.models import CommentSource, CommentState
from feedback.days import day_of, touch
from feedback.intents import clean
from feedback.models import Channel, Reason, Vote
from feedback.recording import leading_intent, open_visit, promise
from feedback.redaction import redact
from feedback.telling import tell_vote
from feedback.visitors import Visitor
from kb.db import utc_now

MAX_COMMENT_LENGTH = 2_000  # characters
MAX_ID = 2**31 - 1  # what both databases can look up
MAX_VERSION = 40  # an answer changed so often is nobody's opinion
# Of one network: many people may share it, and few readers vote.
PER_ORIGIN = parse_many("60 per hour; 200 per day")


class VoteLimitReached(RuntimeError):
    """This visitor, or their network, has voted as often as one may within the window."""


class StaleDetails(RuntimeError):
    """The vote has changed since the form was made, or is not this visitor's."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A vote that was kept. `is_changed` tells an answer that replaces another."""

    vote_id: int
    version: int
    is_changed: bool


def record_vote(
    visitor: Visitor,
    translation: Translation,
    *,
    helpful: bool,
    limit: RateLimitItem,
    revision_id: int | None = None,
    query: str = "",
    at: datetime | None = None,
    channel: Channel = Channel.SITE,
) -> Receipt:
    """Record or change what a visitor says of a revision (the public one unless named).

    Raises `VoteLimitReached` when the visitor has used up `limit`, `NotRecorded` when the database is
    busy; in both cases nothing is kept.
    """
    moment = at or utc_now()
    translation_id, locale = translation.id, translation.locale
    public_id = translation.public_revision_id

    def work(session: Session) -> Receipt:
        revision = _revision_of(session, translation_id, revision_id) or public_id
        vote = session.scalar(
            select(Vote).where(Vote.visitor == visitor.id, Vote.revision_id == revision)
        )
        is_changed = vote is not None
        if vote is None:
            _check_limits(session, visitor, limit, moment)
            visit = (
                None
                if visitor.is_private
                else open_visit(session, visitor, locale, moment, channel)
            )
            intent = leading_intent(session, visit, translation_id, query) if visit else None
            vote = Vote(
                revision_id=revision,
                translation_id=translation_id,
                visitor=visitor.id,
                origin=visitor.origin,
                visit_id=visit.id if visit else None,
                intent_id=intent.id if intent else None,
                query=intent.query if intent else "",
                locale=locale,
                created_at=moment,
                version=0,
                is_bot=visitor.is_bot,
            )
            session.add(vote)
        if vote.version >= MAX_VERSION:
            raise VoteLimitReached
        if is_changed and vote.helpful != helpful:
            vote.reason = None  # it explained the other answer, as did the comment
            _replace_comment(session, vote, "")
        days = {day_of(vote.voted_at)} if is_changed else set()
        vote.helpful = helpful
        vote.voted_at = moment
        vote.version += 1
        vote.is_staff = bool(vote.is_staff) or visitor.is_staff
        session.flush()
        if is_changed or vote.visit_id is None:  # no visit closes that would tell
            touch(session, days | {day_of(moment)})
        tell_vote(session, vote)
        return Receipt(vote.id, vote.version, is_changed)

    return promise(work)


def _replace_comment(session: Session, vote: Vote, words: str) -> None:
    """Write other words; what was decided about those before does not hold for them."""
    if vote.comment and vote.comment != words:
        session.execute(
            delete(CommentState).where(
                CommentState.source == CommentSource.VOTE, CommentState.source_id == vote.id
            )
        )
    vote.comment = words


def _revision_of(session: Session, translation_id: int, revision_id: int | None) -> int | None:
    """Return the revision if it is one of this translation's: a page may be older than the site."""
    if revision_id is None or not 0 < revision_id <= MAX_ID:
        return None
    return session.scalar(
        select(Revision.id).where(
            Revision.id == revision_id, Revision.translation_id == translation_id
        )
    )


def _check_limits(session: Session, visitor: Visitor, limit: RateLimitItem, at: datetime) -> None:
    _check(session, Vote.visitor, visitor.id, [limit], at)
    if visitor.origin:
        _check(session, Vote.origin, visitor.origin, PER_ORIGIN, at)


def _check(
    session: Session, whose: Mapped[str], name: str, limits: Sequence[RateLimitItem], at: datetime
) -> None:
    for limit in limits:
        since = at - timedelta(seconds=limit.get_expiry())
        cast = session.scalar(select(func.count()).where(whose == name, Vote.voted_at > since))
        if (cast or 0) >= limit.amount:
            raise VoteLimitReached


def record_details(
    visitor: Visitor, vote_id: int, version: int, *, reason: Reason | None, comment: str
) -> Receipt:
    """Add to a vote why it was given. Only its voter may, once for each state of the vote.

    Raises `StaleDetails` when the vote is another visitor's or has changed since `version`.
    """
    words = redact(clean(comment, MAX_COMMENT_LENGTH))

    def work(session: Session) -> Receipt:
        vote = session.scalar(select(Vote).where(Vote.id == vote_id).with_for_update())
        if vote is None or vote.visitor != visitor.id or vote.version != version:
            raise StaleDetails
        vote.reason = reason
        _replace_comment(session, vote, words)
        vote.version += 1
        session.flush()
        tell_vote(session, vote)
        return Receipt(vote.id, vote.version, is_changed=True)

    return promise(work)
