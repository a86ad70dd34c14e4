"""Ready-made content for tests; each returns what it added, committed."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import update

from articles.models import Article, Audience, Category, CategoryName, Kind, Stage, Translation
from articles.publishing import Words, commit_changes, publish, write_revision
from kb.db import db, utc_now

_numbers = count(1)


def category(key: str = "lamps", *, parent: Category | None = None, **names: str) -> Category:
    """Add a category; `fr="Lampes"` names it in French, English is the key by default."""
    names = names or {"en": key.capitalize(), "fr": key.capitalize()}
    added = Category(
        key=key,
        parent=parent,
        names=[
            CategoryName(locale=locale, name=name, slug=name.lower())
            for locale, name in names.items()
        ],
    )
    db.session.add(added)
    db.session.commit()
    return added


def article(
    title: str = "Reset a lamp",
    body: str = "Hold the button under the base for ten seconds.",
    *,
    locale: str = "en",
    slug: str | None = None,
    key: str | None = None,
    of: Article | None = None,
    kind: Kind = Kind.FAQ,
    stage: Stage | None = None,
    category: Category | None = None,
    summary: str = "",
    answers: tuple[str, ...] = (),
    published_at: datetime | None = None,
    draft: bool = False,
    audience: Audience = Audience.EVERYONE,
) -> Translation:
    """Add an article with one published translation, or a translation of the article `of`."""
    number = next(_numbers)
    parent = of or Article(
        key=key or f"article-{number}",
        kind=kind,
        stage=stage,
        category=category,
        audience=audience,
    )
    translation = Translation(
        article=parent,
        locale=locale,
        slug=slug or f"article-{number}",
        title=title,
        summary=summary,
    )
    db.session.add(translation)
    at = published_at or utc_now() - timedelta(minutes=1)
    revision = write_revision(
        translation, Words(title=title, body=body, summary=summary, answers=answers), at=at
    )
    if not draft:
        publish(translation, revision, at=at)
    commit_changes()
    return translation


def empty() -> None:
    """Remove every row, as if the database had just been made."""
    db.session.rollback()
    db.session.execute(update(Translation).values(public_revision_id=None))
    for table in reversed(db.metadata.sorted_tables):
        if table.name != "audit_entry":  # which only grows
            db.session.execute(table.delete())
    db.session.commit()
    db.session.expunge_all()
