"""The verbs that change articles. Each leaves the session uncommitted; `commit_changes` ends the work."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update

from articles import publications
from articles.models import (
    ContentVersion,
    Revision,
    Significance,
    SlugHistory,
    Status,
    Translation,
)
from articles.queries import latest_revision_number
from articles.signals import article_changed
from articles.translation_source import carried_over
from kb.db import db, utc_now

CARRIED_OVER = 0  # no revision has this id


class SlugTaken(ValueError):
    """Another article has this address."""

    def __init__(self, slug: str, title: str) -> None:
        super().__init__(f"the address “{slug}” belongs to “{title}”: choose another")
        self.slug = slug
        self.title = title


@dataclass(frozen=True, slots=True)
class Words:
    """All that a revision says."""

    title: str
    body: str
    summary: str = ""
    answers: Sequence[str] = ()
    synonyms: Sequence[str] = ()
    keywords: Sequence[str] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """Return the columns of a revision that says this."""
        return {
            "title": self.title,
            "summary": self.summary,
            "body": self.body,
            "answers": list(self.answers),
            "synonyms": list(self.synonyms),
            "keywords": list(self.keywords),
            "extra": dict(self.extra),
        }

    def fingerprint(self) -> str:
        """Return a digest that is equal for equal words."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=list)
        return hashlib.sha256(text.encode()).hexdigest()


def words_of(revision: Revision) -> Words:
    """Return what a stored revision says."""
    return Words(
        title=revision.title,
        body=revision.body,
        summary=revision.summary,
        answers=tuple(revision.answers),
        synonyms=tuple(revision.synonyms),
        keywords=tuple(revision.keywords),
        extra=revision.extra,
    )


def write_revision(
    translation: Translation,
    words: Words,
    *,
    by: str = "",
    author_id: int | None = None,
    message: str = "",
    significance: Significance = Significance.MAJOR,
    at: datetime | None = None,
    translated_from: int | None = CARRIED_OVER,
) -> Revision:
    """Add the next numbered revision, without showing it to readers.

    `translated_from` is the revision of the source that the words translate: that of the revision
    before, unless another is named.
    """
    db.session.flush()
    number = db.session.scalar(latest_revision_number(translation.id)) or 0
    if translated_from == CARRIED_OVER:
        translated_from = carried_over(translation) if number else None
    revision = Revision(
        translation=translation,
        number=number + 1,
        **words.columns(),
        author=by,
        author_id=author_id,
        message=message,
        significance=significance,
        translated_from=translated_from,
        created_at=at or utc_now(),
    )
    db.session.add(revision)
    return revision


def publish(translation: Translation, revision: Revision, *, at: datetime | None = None) -> None:
    """Make `revision` the public words of `translation`, from `at` (now by default) on.

    A revision planned for later stays planned if it is newer than this one, which it is written on.
    What comes back from the archive is followed by no other article any more.
    """
    if translation.archived_at is not None and translation.archived_at <= utc_now():
        translation.article.successor_id = None
    translation.updated_at = utc_now() if at is None else revision.created_at
    at = at or translation.updated_at
    translation.public_revision = revision
    translation.title = revision.title
    translation.summary = revision.summary
    translation.archived_at = None
    if translation.published_at is None or translation.published_at > at:
        translation.published_at = at
    planned = planned_revision(translation)
    if planned is not None and planned.number <= revision.number:
        translation.next_revision_id = translation.next_at = None
    publications.remember(translation, since=max(at, revision.created_at))


def schedule(translation: Translation, revision: Revision, *, at: datetime) -> None:
    """Let `revision` become public at a moment to come; what is public now stays until then."""
    if translation.status() is Status.PUBLISHED:
        translation.next_revision_id, translation.next_at = revision.id, at
    else:
        translation.published_at = None
        publish(translation, revision, at=at)
        translation.updated_at = at
    publications.remember(translation)


def cancel_schedule(translation: Translation) -> None:
    """Plan nothing any more: a first publication becomes a draft again, public words stay."""
    translation.next_revision_id = translation.next_at = None
    if translation.status() is Status.SCHEDULED:
        translation.published_at = translation.public_revision = None
    publications.remember(translation)


def planned_revision(translation: Translation) -> Revision | None:
    """Return the revision that is to follow the public one at `next_at`."""
    if translation.next_revision_id is None:
        return None
    return db.session.get(Revision, translation.next_revision_id)


def archive(translation: Translation, *, at: datetime | None = None) -> None:
    """Take a translation off the public site, or put a draft aside; words, address and votes stay.

    With a moment to come, readers see it until then.
    """
    now = utc_now()
    translation.archived_at = at or now
    if translation.archived_at <= now:
        translation.next_revision_id = translation.next_at = None
    publications.remember(translation)


def restore(translation: Translation) -> None:
    """Put an archived translation back, or let one stay whose end was planned."""
    translation.archived_at = None
    publications.remember(translation)


def change_slug(translation: Translation, slug: str) -> None:
    """Move a translation to another address; the old one redirects from now on.

    Raises `SlugTaken` when the address belongs to another article. An address that another article
    has left behind may be taken over: the living article wins over a redirect.
    """
    if slug == translation.slug:
        return
    holder = db.session.scalar(
        select(Translation).where(
            Translation.locale == translation.locale, Translation.slug == slug
        )
    )
    if holder is not None and holder is not translation:
        raise SlugTaken(slug, holder.title)
    db.session.execute(
        delete(SlugHistory).where(
            SlugHistory.locale == translation.locale,
            SlugHistory.slug.in_([slug, translation.slug]),
        )
    )
    db.session.add(
        SlugHistory(locale=translation.locale, slug=translation.slug, translation_id=translation.id)
    )
    translation.slug = slug


def commit_changes() -> None:
    """Commit, count the change for every cache, and tell whoever listens."""
    touched = db.session.execute(
        update(ContentVersion)
        .where(ContentVersion.id == 1)
        .values({ContentVersion.number: ContentVersion.number + 1})
    )
    if touched.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE always has it
        db.session.add(ContentVersion(id=1, number=1))
    db.session.commit()
    article_changed.send(current_app._get_current_object())  # type: ignore[attr-defined]
