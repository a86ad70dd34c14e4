"""The verbs of translation, and where one text stands beside its source."""

from sqlalchemy import select

from articles.aligning import skeleton
from articles.audience import reader
from articles.drafting import draft_translation
from articles.models import Article, Revision, Significance, Translation
from articles.noting import note
from articles.publishing import Words, commit_changes, words_of
from articles.queries import published
from articles.translation_source import newest_revision, offered, source_of
from articles.translation_standing import Standing, Step, changes_since, standing_after
from articles.translation_state import steps_of
from kb.db import db, utc_now
from kb.locales import settings


def changes_behind(words: Revision, source: Translation) -> tuple[Step, ...]:
    """Return what the source has changed in public since some words were made from it."""
    public = source.public_revision
    if public is None:
        return ()
    base = translated(words, source)
    return changes_since(
        steps_of([source.id]).get(source.id, ()),
        public=public.number,
        base=base.number if base is not None else None,
        translated_at=words.created_at,
    )


def translated(words: Revision, source: Translation) -> Revision | None:
    """Return the revision of the source that some words were made from, None where nobody knows."""
    if words.translated_from is None:
        return None
    found = db.session.get(Revision, words.translated_from)
    return found if found is not None and found.translation_id == source.id else None


def outdated_source(translation: Translation) -> Translation | None:
    """Return the source that a public text is behind by a major change, if its reader may read it."""
    words = translation.public_revision
    if words is None or not _may_be_behind(translation, words):
        return None
    source = source_of(translation.article)
    if source is translation:
        return None
    if standing_after(changes_behind(words, source)) is not Standing.OUTDATED:
        return None
    return db.session.scalar(published(reader=reader()).where(Translation.id == source.id))


def _may_be_behind(translation: Translation, words: Revision) -> bool:
    """Tell whether more has to be read: every reader of an article asks, and the answer is mostly no."""
    stated = translation.article.source_locale or settings().default_locale
    if translation.locale == stated:
        return False
    major = (
        select(Revision.id)
        .join(Translation, Translation.id == Revision.translation_id)
        .where(
            Translation.article_id == translation.article_id,
            Translation.id != translation.id,
            Revision.number > 1,
            Revision.significance == Significance.MAJOR,
        )
    )
    if words.translated_from is None:
        major = major.where(Revision.created_at > words.created_at)
    return db.session.scalar(major.limit(1)) is not None


def begin(article: Article, locale: str, *, with_text: bool, by: str = "") -> Translation:
    """Begin an article in another language, or return what was begun; committed.

    It begins with the headings and pictures of the source, or with all of its text to type over.
    Links go by identity, so they lead to the right language by themselves.
    """
    known = article.in_locale(locale)
    if known is not None:
        return known
    words = offered(source_of(article))
    assert words is not None, "a translation always has a revision"
    says = words_of(words)
    begun = says if with_text else Words(title=says.title, body=skeleton(says.body))
    translation = draft_translation(article, begun, locale, by=by)
    first = newest_revision(translation)
    if first is not None and first.number == 1:
        first.translated_from = words.id
    note("translation.begun", translation, first)
    db.session.commit()
    return translation


def bring_up_to(words: Revision, source: Revision) -> None:
    """Note that some words translate a revision of the source; committed."""
    words.translated_from = source.id
    note("translation.up-to-date", words.translation, words, source=source.number)
    commit_changes()


def mark_ready(revision: Revision, *, ready: bool) -> None:
    """Call a revision ready for translation, or hold it back; uncommitted.

    Nobody is asked to translate what is held back, until it, or a later revision, is called ready.
    What was never marked is ready.
    """
    if ready:
        revision.ready_at = utc_now()
        revision.held_at = None
    else:
        revision.held_at = utc_now()
        revision.ready_at = None
