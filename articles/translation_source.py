"""Which language of an article the others are made from, and which of its words each has."""

from sqlalchemy import func, select

from articles.models import Article, Revision, Translation
from articles.translation_standing import source_locale
from kb.db import db
from kb.locales import settings


def source_of(article: Article) -> Translation:
    """Return the translation that the others are made from, public or not."""
    known = sorted(article.translations, key=lambda each: (each.id is None, each.id))
    present = [each.locale for each in known]
    wanted = source_locale(article.source_locale, present, settings().default_locale)
    return known[present.index(wanted)]


def newest_revision(translation: Translation) -> Revision | None:
    """Return the last revision, None before the first is stored."""
    return db.session.scalar(
        select(Revision)
        .where(Revision.translation_id == translation.id)
        .order_by(Revision.number.desc())
        .limit(1)
    )


def offered(source: Translation) -> Revision | None:
    """Return the words that are there to translate: the public ones, else the newest."""
    return source.public_revision or newest_revision(source)


def carried_over(translation: Translation) -> int | None:
    """Return the revision of the source that the newest words translate; the next ones do too.

    Mending a word in a translation does not bring it up to date with its source. Where nobody said
    what was translated, it is what the source said then, or its first words.
    """
    last = newest_revision(translation)
    source = source_of(translation.article)
    if last is None or source is translation:
        return None
    if last.translated_from is not None:
        return last.translated_from
    then = select(func.max(Revision.number)).where(
        Revision.translation_id == source.id, Revision.created_at <= last.created_at
    )
    return db.session.scalar(
        select(Revision.id).where(
            Revision.translation_id == source.id,
            Revision.number == func.coalesce(then.scalar_subquery(), 1),
        )
    )
