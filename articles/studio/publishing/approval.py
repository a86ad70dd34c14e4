"""Who may bring which words before readers: nobody their own, unless the site says so."""

from sqlalchemy import Select, select

from articles.drafting import without_notes
from articles.models import Revision, Status, Translation
from articles.publishing import words_of
from articles.studio.models import Review, Verdict
from kb.db import db
from kb.locales import settings


class OwnText(PermissionError):
    """Somebody would approve, or publish without approval, what they wrote themselves."""


def revisions_at_stake(translation: Translation, revision: Revision) -> Select[Revision]:
    """Select what readers have not seen yet: the revisions after the public one, up to this one."""
    public = translation.public_revision
    is_seen = public is not None and translation.status() is not Status.SCHEDULED
    first = public.number if public is not None and is_seen else 0
    return select(Revision).where(
        Revision.translation_id == translation.id,
        Revision.number > first,
        Revision.number <= revision.number,
    )


def is_own_text(user_id: int | None, translation: Translation, revision: Revision) -> bool:
    """Tell whether somebody wrote any of what readers have not seen yet.

    What was public once has been through this already: putting it back is nobody's own text.
    """
    if user_id is None:
        return False
    at_stake = revisions_at_stake(translation, revision).where(Revision.author_id == user_id)
    return db.session.scalar(at_stake.with_only_columns(Revision.id).limit(1)) is not None


def approval_of(translation: Translation, revision: Revision) -> Review | None:
    """Return the approval that holds for just these words, whatever was written since."""
    approved = db.session.scalars(
        select(Review)
        .where(Review.translation_id == translation.id, Review.verdict == Verdict.APPROVED)
        .order_by(Review.id.desc())
    )
    return next((each for each in approved if _says_the_same(each.revision, revision)), None)


def _says_the_same(approved: Revision, revision: Revision) -> bool:
    if approved.id == revision.id:
        return True
    return _for_readers(approved) == _for_readers(revision)


def _for_readers(revision: Revision) -> dict[str, object]:
    """Return what readers get of a revision: notes for the writer are taken out."""
    body = without_notes(revision.body).strip()
    return {**words_of(revision).columns(), "body": body}


def may_approve(user_id: int | None, translation: Translation, revision: Revision) -> bool:
    """Tell whether somebody may say that these words are right."""
    return settings().own_approval or not is_own_text(user_id, translation, revision)


def may_publish(user_id: int | None, translation: Translation, revision: Revision) -> bool:
    """Tell whether somebody who may publish may publish these words: others', or approved ones."""
    return (
        may_approve(user_id, translation, revision)
        or approval_of(translation, revision) is not None
    )
