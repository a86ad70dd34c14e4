"""Named questions to the database about articles. `published()` is the one door for public pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from articles.audience import readable_by
from articles.models import (
    Article,
    Audience,
    Category,
    CategoryName,
    ContentVersion,
    Kind,
    Revision,
    Translation,
)
from articles.scheduling import bring_due
from kb.db import db, utc_now


def published(
    locale: str | None = None,
    *,
    at: datetime | None = None,
    reader: Audience = Audience.EVERYONE,
) -> Select[Translation]:
    """Select the translations that a reader may read at `at` (now by default), article loaded.

    Visible means: `published_at <= at < archived_at`, with words to show, and for an audience that
    the reader belongs to. Without a reader, what everybody may read: whoever shows more says to whom.
    """
    at = at or utc_now()
    query = (
        select(Translation)
        .join(Translation.article)
        .options(contains_eager(Translation.article))
        .where(
            Translation.published_at <= at,
            or_(Translation.archived_at.is_(None), Translation.archived_at > at),
            Translation.public_revision_id.is_not(None),
        )
    )
    if reader is Audience.EVERYONE:
        query = query.where(Article.audience == reader)  # no list to spell out for most requests
    elif reader is not Audience.STAFF:
        allowed = readable_by(reader)
        # Mostly one: an equation is made and asked more quickly than a list.
        query = query.where(
            Article.audience == allowed[0] if len(allowed) == 1 else Article.audience.in_(allowed)
        )
    return query if locale is None else query.where(Translation.locale == locale)


def by_slug(locale: str, slug: str, *, reader: Audience = Audience.EVERYONE) -> Select[Translation]:
    """Select the public translation at an address."""
    return published(locale, reader=reader).where(Translation.slug == slug)


def by_key(
    locale: str | None, keys: list[str], *, reader: Audience = Audience.EVERYONE
) -> Select[Translation]:
    """Select the public translations of the articles with these keys."""
    return published(locale, reader=reader).where(Article.key.in_(keys))


def in_categories(
    locale: str,
    category_ids: list[int],
    kind: Kind | None = None,
    *,
    reader: Audience = Audience.EVERYONE,
) -> Select[Translation]:
    """Select the public translations filed under any of the categories, in reading order."""
    query = published(locale, reader=reader).where(Article.category_id.in_(category_ids))
    if kind is not None:
        query = query.where(Article.kind == kind)
    return query.order_by(Article.position, Translation.title)


def without_category(
    locale: str, limit: int, *, reader: Audience = Audience.EVERYONE
) -> Select[Translation]:
    """Select the public translations that no category lists, by title."""
    unfiled = published(locale, reader=reader).where(Article.category_id.is_(None))
    return unfiled.order_by(Translation.title, Translation.id).limit(limit)


def most_recent(
    locale: str, limit: int, *, reader: Audience = Audience.EVERYONE
) -> Select[Translation]:
    """Select the public translations whose words changed last."""
    recent = published(locale, reader=reader)
    return recent.order_by(Translation.updated_at.desc(), Translation.id).limit(limit)


def category_counts(
    locale: str, *, reader: Audience = Audience.EVERYONE
) -> Select[int | None, int]:
    """Select (category id, number of public articles filed right in it)."""
    return (
        published(locale, reader=reader)
        .with_only_columns(Article.category_id, func.count(), maintain_column_froms=True)
        .where(Article.category_id.is_not(None))
        .group_by(Article.category_id)
    )


def category_names() -> Select[int, str, int | None, str, str, str, str]:
    """Select (id, key, parent id, locale, name, slug, description), a row a name, in reading order."""
    return (
        select(
            Category.id,
            Category.key,
            Category.parent_id,
            CategoryName.locale,
            CategoryName.name,
            CategoryName.slug,
            CategoryName.description,
        )
        .join(CategoryName)
        .order_by(Category.position, Category.id, CategoryName.locale)
    )


def category_at(locale: str, slug: str) -> Select[Category]:
    """Select the category at an address; one without a name in `locale` is there by another name."""
    return (
        select(Category)
        .join(CategoryName)
        .where(CategoryName.slug == slug)
        .order_by((CategoryName.locale == locale).desc(), Category.id)
        .limit(1)
    )


def latest_revision_number(translation_id: int) -> Select[int]:
    """Select the number of the newest revision, 0 when there is none."""
    return select(func.coalesce(func.max(Revision.number), 0)).where(
        Revision.translation_id == translation_id
    )


@dataclass(frozen=True, slots=True)
class Freshness:
    """What public pages depend on; two equal values mean that nothing has changed for readers."""

    version: int
    last_boundary: datetime | None


def freshness(at: datetime | None = None) -> Freshness:
    """Return what the public site depends on at `at`: changes made, and dates that have passed.

    Words planned for a moment that has come are brought in first. Costs four index look-ups; callers
    that cannot afford that each time keep it for a moment.
    """
    at = at or utc_now()
    found, planned = _freshness(at)
    if planned is not None and planned <= at and bring_due(at):
        found, _ = _freshness(at)
    return found


def _freshness(at: datetime) -> tuple[Freshness, datetime | None]:
    """Return it as it is, and when the next planned words are due."""
    version, appeared, vanished, planned = db.session.execute(
        select(
            select(ContentVersion.number).where(ContentVersion.id == 1).scalar_subquery(),
            select(func.max(Translation.published_at))
            .where(Translation.published_at <= at)
            .scalar_subquery(),
            select(func.max(Translation.archived_at))
            .where(Translation.archived_at <= at)
            .scalar_subquery(),
            select(func.min(Translation.next_at)).scalar_subquery(),
        )
    ).one()
    passed = [moment for moment in (appeared, vanished) if moment is not None]
    return Freshness(version or 0, max(passed, default=None)), planned
