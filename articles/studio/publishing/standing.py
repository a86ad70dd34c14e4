"""Where a translation stands on its way to readers, and what the signed-in person may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g
from flask_security import current_user
from sqlalchemy import func, select

from articles import publications
from articles.checks import Finding, blocking
from articles.drafting import newest
from articles.models import Revision, Status, Translation
from articles.publishing import planned_revision, words_of
from articles.rights import may
from articles.studio.models import LineComment, Review, Verdict
from articles.studio.publishing import approval, reviews
from articles.translation_source import source_of
from kb.accounts.models import User
from kb.db import db, utc_now
from kb.locales import settings
from kb.rights import Right


@dataclass(frozen=True, slots=True)
class Standing:
    """What the panel and the page of publication show."""

    translation: Translation
    status: Status
    last: Revision
    public: Revision | None
    planned: Revision | None
    planned_at: datetime | None
    former: Revision | None
    review: Review | None
    approval: Review | None
    open_comments: int
    reviewers: Sequence[User]
    blocking: Sequence[Finding]
    may_write: bool
    may_publish: bool
    may_review: bool
    is_own: bool
    is_source: bool

    @property
    def is_in_review(self) -> bool:
        """Tell whether a reviewer is asked and has not answered."""
        return self.review is not None and self.review.verdict is Verdict.WAITING

    @property
    def is_changed(self) -> bool:
        """Tell whether something was written that readers do not get yet, nor as planned."""
        shown = self.planned or self.public
        return shown is None or self.last.number > shown.number

    @property
    def is_overtaken(self) -> bool:
        """Tell whether the last review was about older words than the newest."""
        return (
            self.review is not None
            and self.review.verdict is not Verdict.WAITING
            and self.approval is None
            and self.last.number > self.review.revision.number
        )

    @property
    def is_public(self) -> bool:
        """Tell whether readers see it now."""
        return self.status is Status.PUBLISHED

    @property
    def ends_at(self) -> datetime | None:
        """Return when it is to leave the site."""
        ends = self.translation.archived_at
        return ends if ends is not None and ends > utc_now() else None

    @property
    def needs_another(self) -> bool:
        """Tell whether the person could publish, were it not their own text."""
        return self.may_publish and self.is_own and self.approval is None

    @property
    def may_publish_now(self) -> bool:
        """Tell whether the person may publish the newest words."""
        return self.may_publish and not self.needs_another

    @property
    def may_publish_typed(self) -> bool:
        """Tell whether to offer the person to publish from the editor.

        What they type there makes it their own text: without the setting, only what others have
        written and readers do not see yet is theirs to publish.
        """
        return self.may_publish_now and (settings().own_approval or self.is_changed)

    @property
    def says(self) -> str:
        """Return the one word for it: the status, or that it is in review."""
        if self.is_in_review:
            return "review"
        if self.planned is not None:
            return "scheduled"
        return self.status.value


def publication_of(translation: Translation) -> Standing:
    """Return where a translation stands; asked once in a request."""
    known: dict[int, Standing] = g.setdefault("standings", {})
    if translation.id not in known:
        known[translation.id] = standing(translation)
    return known[translation.id]


def standing(translation: Translation) -> Standing:
    """Return where a translation stands now."""
    last, status = newest(translation), translation.status()
    is_scheduled = status is Status.SCHEDULED
    following = planned_revision(translation)
    public = translation.public_revision if status is Status.PUBLISHED else None
    article = translation.article
    may_write = may(Right.WRITE, article)
    is_new = public is None or last.number > public.number
    return Standing(
        translation=translation,
        status=status,
        last=last,
        public=public,
        planned=translation.public_revision if is_scheduled else following,
        planned_at=translation.published_at if is_scheduled else translation.next_at,
        former=publications.former(translation) if public is not None else None,
        review=reviews.latest_review(translation) if is_new else None,
        approval=approval.approval_of(translation, last) if is_new else None,
        open_comments=_open_comments(translation),
        reviewers=reviews.reviewers(translation, last, asking=current_user) if may_write else (),
        blocking=blocking(translation, words_of(last)) if is_new else (),
        may_write=may_write,
        may_publish=may(Right.PUBLISH, article),
        may_review=may(Right.REVIEW, article),
        is_own=not approval.may_approve(current_user.id, translation, last),
        is_source=source_of(article).id == translation.id,
    )


def _open_comments(translation: Translation) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(LineComment)
            .where(
                LineComment.translation_id == translation.id,
                LineComment.answers_id.is_(None),
                LineComment.resolved_at.is_(None),
            )
        )
        or 0
    )


def zone() -> ZoneInfo:
    """Return the time zone in which dates are typed and shown."""
    return ZoneInfo(settings().timezone)
