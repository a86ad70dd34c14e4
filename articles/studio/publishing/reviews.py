"""The verbs of reviews, and what of them waits for whom.

A review is about one revision. Words written after an approval are not approved by it.
"""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select, union

from articles.models import Publication, Revision, Translation
from articles.noting import note as note_act
from articles.rights import who_may, within
from articles.studio.models import Review, Verdict, WorkingCopy
from articles.studio.publishing.approval import OwnText, may_approve
from kb.accounts.models import User
from kb.db import db, utc_now
from kb.rights import Right

OPEN = (Verdict.WAITING, Verdict.CHANGES_ASKED, Verdict.APPROVED)


class Settled(RuntimeError):
    """Somebody has decided, or withdrawn, the review meanwhile."""


def ask(
    translation: Translation,
    revision: Revision,
    *,
    by: User | None,
    reviewer: User | None = None,
    note: str = "",
) -> Review:
    """Ask for a review of a revision; one still waiting makes room for it. Uncommitted.

    `by` is None where a folder brought the words.
    """
    waiting = waiting_review(translation)
    if waiting is not None:
        waiting.verdict, waiting.decided_at = Verdict.WITHDRAWN, utc_now()
    review = Review(
        translation=translation,
        revision=revision,
        asked_by=by,
        reviewer=reviewer,
        note=note,
        verdict=Verdict.WAITING,
    )
    db.session.add(review)
    db.session.flush()
    name = reviewer.shown_name if reviewer else ""
    note_act("review.asked", translation, revision, reviewer=name)
    return review


def decide(review: Review, verdict: Verdict, *, by: User, reason: str = "") -> None:
    """Approve, or ask for changes. Uncommitted.

    Raises `OwnText` for who wrote any of it, `Settled` where the review does not wait any more.
    """
    if not may_approve(by.id, review.translation, review.revision):
        raise OwnText
    _settle(review, verdict, by=by, reason=reason)
    act = "review.approved" if verdict is Verdict.APPROVED else "review.changes-asked"
    note_act(act, review.translation, review.revision)


def withdraw(review: Review, *, by: User) -> None:
    """Take back the question. Uncommitted; raises `Settled`."""
    _settle(review, Verdict.WITHDRAWN, by=by)
    note_act("review.withdrawn", review.translation, review.revision)


def approve_by_publishing(translation: Translation, revision: Revision, *, by: User) -> None:
    """Let the publication by somebody else than the writer count as the approval it is. Uncommitted."""
    review = waiting_review(translation)
    if review is not None and review.revision.number <= revision.number:
        review.revision = revision
        _settle(review, Verdict.APPROVED, by=by)
        note_act("review.approved", review.translation, review.revision)


def _settle(review: Review, verdict: Verdict, *, by: User, reason: str = "") -> None:
    db.session.refresh(review, with_for_update=True)
    if review.verdict is not Verdict.WAITING:
        raise Settled
    review.verdict, review.reason = verdict, reason
    review.decided_by, review.decided_at = by, utc_now()


def latest_review(translation: Translation) -> Review | None:
    """Return the last review that was not withdrawn."""
    return db.session.scalar(
        select(Review)
        .where(Review.translation_id == translation.id, Review.verdict.in_(OPEN))
        .order_by(Review.id.desc())
        .limit(1)
    )


def waiting_review(translation: Translation) -> Review | None:
    """Return the review that nobody has decided yet."""
    return db.session.scalar(
        select(Review)
        .where(Review.translation_id == translation.id, Review.verdict == Verdict.WAITING)
        .order_by(Review.id.desc())
        .limit(1)
    )


def reviewers(translation: Translation, revision: Revision, *, asking: User) -> Sequence[User]:
    """Return whom one may ask: who may decide about these words, but for who asks."""
    people = [each for each in who_may(Right.REVIEW, translation.article) if each.id != asking.id]
    return [each for each in people if may_approve(each.id, translation, revision)]


# What waits for whom: for the desk. Each is restricted to what the person may see.


def reviews_waiting_for(user: User) -> Select[Review]:
    """Select the reviews that somebody is asked for by name, then those that any reviewer may do.

    Never of what they asked for themselves; the oldest of each first.
    """
    query = (
        select(Review)
        .join(Translation, Translation.id == Review.translation_id)
        .where(
            Review.verdict == Verdict.WAITING,
            or_(Review.reviewer_id == user.id, Review.reviewer_id.is_(None)),
            or_(Review.asked_by_id.is_(None), Review.asked_by_id != user.id),
        )
        .order_by(Review.reviewer_id.is_(None), Review.created_at, Review.id)
    )
    return within(query, Right.REVIEW, person=user)


def returned_to(user: User) -> Select[Review]:
    """Select the reviews of somebody in which changes are asked for and nothing was written since."""
    newer = (
        select(Review.id)
        .where(Review.translation_id == Translation.id, Review.verdict.in_(OPEN))
        .order_by(Review.id.desc())
        .limit(1)
        .correlate(Translation)
        .scalar_subquery()
    )
    query = (
        select(Review)
        .join(Translation, Translation.id == Review.translation_id)
        .where(
            Review.verdict == Verdict.CHANGES_ASKED,
            Review.asked_by_id == user.id,
            Review.id == newer,
        )
        .order_by(Review.decided_at.desc(), Review.id)
    )
    return within(query, Right.WRITE, person=user)


def my_drafts(user: User) -> Select[Translation]:
    """Select what somebody wrote, or is writing, and readers do not see yet; the newest first.

    What waits for a review, or for its date, is not theirs to do.
    """
    last = (
        select(Revision.id)
        .where(Revision.translation_id == Translation.id)
        .order_by(Revision.number.desc())
        .limit(1)
        .correlate(Translation)
        .scalar_subquery()
    )
    waiting = (
        select(Review.id)
        .where(Review.translation_id == Translation.id, Review.verdict == Verdict.WAITING)
        .exists()
    )
    typing = (
        select(WorkingCopy.id)
        .where(
            WorkingCopy.translation_id == Translation.id,
            WorkingCopy.user_id == user.id,
            WorkingCopy.saved_at.is_not(None),
        )
        .exists()
    )
    public = or_(
        Translation.public_revision_id == Revision.id, Translation.next_revision_id == Revision.id
    )
    # What they ever touched, from two indexes: the rest of a large site is not looked at.
    touched = union(
        select(Revision.translation_id).where(Revision.author_id == user.id),
        select(WorkingCopy.translation_id).where(WorkingCopy.user_id == user.id),
    )
    query = (
        select(Translation)
        .join(Revision, Revision.id == last)
        .where(
            Translation.id.in_(touched),
            or_(typing, (Revision.author_id == user.id) & ~public.is_(True)),
            or_(Translation.archived_at.is_(None), Translation.archived_at > utc_now()),
            ~waiting,
        )
        .order_by(Revision.created_at.desc(), Translation.id)
    )
    return within(query, Right.WRITE, person=user)


def scheduled(user: User) -> Select[Publication]:
    """Select what is planned that somebody may see, the nearest first: what comes, what goes."""
    query = (
        select(Publication)
        .join(Translation, Translation.id == Publication.translation_id)
        .where(Publication.at > utc_now())
        .order_by(Publication.at, Publication.id)
    )
    return within(query, person=user)
