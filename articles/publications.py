"""The memory of what was public when, and of what is planned."""

from datetime import datetime

from flask import has_request_context
from flask_security import current_user
from sqlalchemy import Select, Subquery, and_, func, or_, select, union_all

from articles.models import Publication, Revision, Status, Translation
from kb.accounts.present import who
from kb.api.present import called_by
from kb.db import db, utc_now


def signed_in_id() -> int | None:
    """Return the account of whoever has signed in; None for commands and the clock."""
    is_person = has_request_context() and current_user.is_authenticated
    return int(current_user.id) if is_person else None


def of(translation: Translation) -> Select[Publication]:
    """Select what was, is and will be public of a translation, the earliest first."""
    return (
        select(Publication)
        .where(Publication.translation_id == translation.id)
        .order_by(Publication.at, Publication.id)
    )


def remember(translation: Translation, *, since: datetime | None = None) -> None:
    """Note what the dates of a translation say now, where it differs from what is noted; uncommitted.

    `since` is when its present words became public, now by default.
    """
    db.session.flush()
    now = utc_now()
    known = list(db.session.scalars(of(translation)))
    past = [each for each in known if each.at <= now]
    public = _public_id(translation, now)
    if public != (past[-1].revision_id if past else None):
        moment = min(since or now, now)
        if past:
            moment = max(moment, past[-1].at)
        _add(translation, public, moment)
    _plan(translation, [each for each in known if each.at > now], now)


def _public_id(translation: Translation, now: datetime) -> int | None:
    is_public = translation.status(now) is Status.PUBLISHED
    return translation.public_revision_id if is_public else None


def _plan(translation: Translation, known: list[Publication], now: datetime) -> None:
    """Let the rows to come be those that the dates ask for; who planned what is kept."""
    wanted: set[tuple[int | None, datetime]] = set()
    if translation.published_at is not None and translation.published_at > now:
        wanted.add((translation.public_revision_id, translation.published_at))
    if translation.next_at is not None and translation.next_at > now:
        wanted.add((translation.next_revision_id, translation.next_at))
    if translation.archived_at is not None and translation.archived_at > now:
        wanted.add((None, translation.archived_at))
    for each in known:
        if (each.revision_id, each.at) in wanted:
            wanted.discard((each.revision_id, each.at))
        else:
            db.session.delete(each)
    for revision_id, at in wanted:
        _add(translation, revision_id, at, is_planned=True)


def _add(
    translation: Translation, revision_id: int | None, at: datetime, *, is_planned: bool = False
) -> None:
    account = signed_in_id()
    db.session.add(
        Publication(
            translation_id=translation.id,
            revision_id=revision_id,
            at=at,
            by=who() if account is not None else called_by(),
            by_id=account,
            is_planned=is_planned,
        )
    )


def former(translation: Translation) -> Revision | None:
    """Return the words that were public before the present ones, None if there were none."""
    return db.session.scalar(
        select(Revision)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(
            Publication.translation_id == translation.id,
            Publication.at <= utc_now(),
            Revision.id != translation.public_revision_id,
        )
        .order_by(Publication.at.desc(), Publication.id.desc())
        .limit(1)
    )


def appearances() -> Subquery:
    """Return (revision_id, moment): when readers first got each revision that they ever got.

    What was public before such things were noted counts from when it was written.
    """
    noted = (
        select(Publication.revision_id, func.min(Publication.at).label("moment"))
        .where(Publication.revision_id.is_not(None))
        .group_by(Publication.revision_id)
    )
    first = (
        select(func.min(Publication.at))
        .where(Publication.translation_id == Translation.id)
        .correlate(Translation)
        .scalar_subquery()
    )
    unnoted = (
        select(Revision.id, Revision.created_at)
        .join(Translation, Translation.id == Revision.translation_id)
        .where(
            Translation.public_revision_id >= Revision.id,
            Revision.id.not_in(noted.with_only_columns(Publication.revision_id)),
            or_(
                first.is_(None),
                and_(Translation.published_at < first, Revision.created_at < first),
            ),
        )
    )
    return union_all(noted, unnoted).subquery("appearance")
