"""The verbs of what is not public yet: drafts begun, saved, and brought before readers.

Every save is a revision of its own, so that nothing anybody wrote is ever lost. Whoever saves says
which revision they began from: if another has come in between, they are told.
"""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from articles.markdown import slugify, unique
from articles.models import (
    Article,
    Category,
    Kind,
    Revision,
    Significance,
    SlugHistory,
    Stage,
    Translation,
)
from articles.noting import note
from articles.publications import signed_in_id
from articles.publishing import (
    Words,
    change_slug,
    commit_changes,
    planned_revision,
    publish,
    schedule,
    words_of,
    write_revision,
)
from articles.queries import latest_revision_number
from articles.translation_source import source_of
from kb.db import db

NOTE_BEGIN, NOTE_END = "<!-- writer:", "-->"
_NOTES = re.compile(rf"{re.escape(NOTE_BEGIN)}.*?{re.escape(NOTE_END)}\n*", re.DOTALL)


class Overtaken(RuntimeError):
    """Somebody else saved in the meantime; `newest` is what they saved."""

    def __init__(self, newest: Revision) -> None:
        super().__init__(f"revision {newest.number} is newer")
        self.newest = newest


def draft_article(
    words: Words,
    locale: str,
    *,
    kind: Kind = Kind.FAQ,
    stage: Stage | None = None,
    category: Category | None = None,
    by: str = "",
    author_id: int | None = None,
    message: str = "",
) -> Translation:
    """Begin a new article, which nobody outside the studio sees; committed."""
    article = Article(
        key=_free_key(words.title),
        kind=kind,
        stage=stage,
        category=category,
        source_locale=locale,
    )
    db.session.add(article)
    return draft_translation(article, words, locale, by=by, author_id=author_id, message=message)


def draft_translation(
    article: Article,
    words: Words,
    locale: str,
    *,
    by: str = "",
    author_id: int | None = None,
    message: str = "",
) -> Translation:
    """Begin an article in another language, or return the one begun already; committed.

    What it is made from stays the source, even if the site would put the new language first.
    """
    known = article.in_locale(locale)
    if known is not None:
        return known
    if not article.source_locale and article.translations:
        article.source_locale = source_of(article).locale
    translation = Translation(
        article=article,
        locale=locale,
        slug=free_slug(words.title, locale),
        title=words.title,
        summary=words.summary,
    )
    db.session.add(translation)
    author_id = author_id or signed_in_id()
    write_revision(translation, words, by=by, author_id=author_id, message=message)
    db.session.commit()
    return translation


def _free_key(title: str) -> str:
    return unique(slugify(title, fallback="article"), set(db.session.scalars(select(Article.key))))


def free_slug(title: str, locale: str) -> str:
    """Return an address that no article has or had in this language."""
    taken = set(db.session.scalars(select(Translation.slug).where(Translation.locale == locale)))
    taken |= set(db.session.scalars(select(SlugHistory.slug).where(SlugHistory.locale == locale)))
    return unique(slugify(title, fallback="article"), taken)


def newest(translation: Translation) -> Revision:
    """Return the last revision, public or not."""
    return db.session.scalars(
        select(Revision)
        .where(Revision.translation_id == translation.id)
        .order_by(Revision.number.desc())
        .limit(1)
    ).one()


def save_draft(
    translation: Translation,
    words: Words,
    *,
    after: int,
    by: str,
    author_id: int | None = None,
    message: str = "",
    significance: Significance = Significance.MAJOR,
) -> Revision:
    """Keep what was written on top of revision number `after`; nothing changes for readers.

    Its author is whoever has signed in, unless told. Returns the revision there is when nothing was
    changed. Raises `Overtaken` when it is not the newest any more.
    """
    last = newest(translation)
    if last.number != after:
        raise Overtaken(last)
    if words_of(last).fingerprint() == words.fingerprint():
        return last
    revision = write_revision(
        translation,
        words,
        by=by,
        author_id=author_id or signed_in_id(),
        message=message,
        significance=significance,
    )
    if translation.public_revision_id is None:
        translation.title, translation.summary = words.title, words.summary
    try:
        db.session.commit()
    except IntegrityError as error:  # two saved at the same instant: the number is taken
        db.session.rollback()
        raise Overtaken(newest(translation)) from error
    return revision


def publish_draft(
    translation: Translation,
    revision: Revision,
    *,
    slug: str = "",
    by: str = "",
    at: datetime | None = None,
) -> Revision:
    """Bring a saved draft before readers, now or at a moment to come; return what they see then.

    An older revision that was planned for later does not come any more, which the audit log says.
    What stands in it for the writer is taken out first. A new `slug` holds from now on: addresses
    wait for nothing. Raises `SlugTaken`.
    """
    if slug:
        change_slug(translation, slugify(slug, fallback=translation.slug))
    revision = _for_readers(translation, revision, by)
    planned = planned_revision(translation)
    if at is None:
        publish(translation, revision)
        if planned is not None and planned.number < revision.number:
            note("article.unscheduled", translation, planned, published=revision.number)
    else:
        schedule(translation, revision, at=at)
    act = "article.published" if at is None else "article.scheduled"
    note(act, translation, revision, at=None if at is None else at.isoformat(timespec="minutes"))
    commit_changes()
    return revision


def _for_readers(translation: Translation, revision: Revision, by: str) -> Revision:
    """Return the revision, or a next one that says the same without notes for the writer."""
    words = words_of(revision)
    body = without_notes(words.body)
    if body == words.body:
        return revision
    clean = write_revision(
        translation,
        Words(**{**words.columns(), "body": body}),
        by=by,
        author_id=revision.author_id,
        message="without the notes for the writer",
        significance=revision.significance,
        translated_from=revision.translated_from,
    )
    clean.ready_at, clean.held_at = revision.ready_at, revision.held_at
    db.session.flush()
    return clean


def bring_back(translation: Translation, old: Revision, *, message: str, by: str) -> Revision:
    """Write a new revision that says what an old one said; nothing changes for readers yet."""
    return save_draft(
        translation, words_of(old), after=newest(translation).number, by=by, message=message
    )


def writer_note(text: str) -> str:
    """Return a text as a part of a draft that readers never get, not even in its source."""
    return f"{NOTE_BEGIN}\n{text.replace('--', '––').strip()}\n{NOTE_END}\n"


def without_notes(body: str) -> str:
    """Return a text without what stands in it for the writer."""
    return _NOTES.sub("", body).strip() + "\n" if NOTE_BEGIN in body else body


def has_unpublished(translation: Translation) -> bool:
    """Tell whether a revision is newer than the public one."""
    public = translation.public_revision
    last = db.session.scalar(latest_revision_number(translation.id)) or 0
    return public is None or last > public.number
