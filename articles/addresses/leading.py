"""Old addresses lead to where things are now, in one step and for ever.

Whatever was renamed, merged, archived or imported, an address that once led to an article or a
category redirects straight to a page that answers, or to none. There is nothing to follow: where an
address leads is kept by the identity of the thing, and looked up when somebody asks.
"""

from collections.abc import Iterable, Mapping

from flask import current_app
from sqlalchemy import delete, select, update
from werkzeug.exceptions import HTTPException, NotFound

from articles.addresses.spelling import normalised, spellings
from articles.models import (
    Article,
    Audience,
    Category,
    CategoryName,
    CategorySlugHistory,
    OldAddress,
    SlugHistory,
    Translation,
)
from articles.publishing import SlugTaken
from articles.queries import published
from kb.db import db


class SuccessorLoops(ValueError):
    """The article named as a successor leads back to the one that it should follow."""

    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}” itself leads back to this article: choose another")
        self.title = title


# Articles


def succeed(article: Article, successor: Article | None) -> None:
    """Let the addresses of an article lead to another once it is archived; uncommitted.

    What led to `article` leads to the successor as well, and a successor that has been succeeded
    stands for its own: chains never arise. Raises `SuccessorLoops`.
    """
    final = _final(successor) if successor is not None else None
    if final is not None and successor is not None and final.id == article.id:
        raise SuccessorLoops(_title(successor))
    article.successor_id = final.id if final is not None else None
    if final is not None:
        db.session.flush()
        db.session.execute(
            update(Article)
            .where(Article.successor_id == article.id)
            .values(successor_id=final.id)
            .execution_options(synchronize_session="fetch")
        )


def _final(article: Article) -> Article:
    """Return the article that the addresses of one lead to: itself while any of it is public."""
    if article.successor_id is None:
        return article
    reader = published(reader=Audience.STAFF)
    if db.session.scalar(reader.where(Article.id == article.id).limit(1)) is not None:
        return article
    return db.session.get(Article, article.successor_id) or article


def _title(article: Article) -> str:
    return article.translations[0].title if article.translations else article.key


def articles_now(
    translation_ids: Iterable[int], reader: Audience = Audience.EVERYONE
) -> dict[int, Translation]:
    """Return the page that each translation is read at now: its own, else that of its successor.

    A successor is read in the same language where it can be, else in another. What leads nowhere
    that the reader may go is left out. Two queries, however many.
    """
    wanted = set(translation_ids)
    theirs = db.session.execute(
        select(Translation.id, Translation.locale, Translation.article_id, Article.successor_id)
        .join(Article, Article.id == Translation.article_id)
        .where(Translation.id.in_(wanted))
    ).all()
    around = {row.article_id for row in theirs} | {row.successor_id for row in theirs}
    pages = published(reader=reader).where(Translation.article_id.in_(around - {None}))
    by_article: dict[int, list[Translation]] = {}
    for page in db.session.scalars(pages.order_by(Translation.id)):
        by_article.setdefault(page.article_id, []).append(page)
    found = {}
    for row in theirs:
        own = [page for page in by_article.get(row.article_id, ()) if page.id == row.id]
        others = sorted(
            by_article.get(row.successor_id or 0, ()), key=lambda page: page.locale != row.locale
        )
        if own or others:
            found[row.id] = (own or others)[0]
    return found


def holder(locale: str, slug: str) -> int | None:
    """Return the translation that an address of an article belongs to, or once did."""
    present = select(Translation.id).where(Translation.locale == locale, Translation.slug == slug)
    former = select(SlugHistory.translation_id).where(
        SlugHistory.locale == locale, SlugHistory.slug == slug
    )
    return db.session.scalar(present) or db.session.scalar(former)


def left_behind(translation: Translation, slug: str) -> Translation | None:
    """Return the other article that an address redirects to today, which giving it away would end."""
    found = db.session.scalar(
        select(SlugHistory.translation_id).where(
            SlugHistory.locale == translation.locale, SlugHistory.slug == slug
        )
    )
    return None if found in {None, translation.id} else db.session.get(Translation, found)


# Categories


def rename_category(name: CategoryName, slug: str) -> None:
    """Move a category to another address in one language; the old one redirects. Uncommitted.

    Raises `SlugTaken`. An address that another category has left behind may be taken over.
    """
    if slug == name.slug:
        return
    with db.session.no_autoflush:
        other = db.session.scalar(
            select(CategoryName).where(
                CategoryName.locale == name.locale, CategoryName.slug == slug
            )
        )
    if other is not None and other is not name:
        raise SlugTaken(slug, other.name)
    leave_category_address(name.locale, name.slug, name.category_id, instead_of=slug)
    name.slug = slug
    db.session.flush()


def leave_category_address(
    locale: str, slug: str, category_id: int | None, *, instead_of: str = ""
) -> None:
    """Let a former address of a category lead to one, or to all subjects; uncommitted."""
    db.session.execute(
        delete(CategorySlugHistory).where(
            CategorySlugHistory.locale == locale,
            CategorySlugHistory.slug.in_([slug, instead_of]),
        )
    )
    db.session.add(CategorySlugHistory(locale=locale, slug=slug, category_id=category_id))


def former_category(locale: str, slug: str) -> CategorySlugHistory | None:
    """Return what an address of a category once was."""
    return db.session.scalar(
        select(CategorySlugHistory).where(
            CategorySlugHistory.locale == locale, CategorySlugHistory.slug == slug
        )
    )


# Paths of former sites


def keep_old(address: str, to: Translation | Category, *, by: str = "") -> OldAddress | None:
    """Let an address of a former site lead to an article or a category; uncommitted.

    One that led elsewhere leads here from now on. Returns None, and keeps nothing, where the site
    itself answers at this path. `by` names who added it by hand; empty for an import.
    """
    path = normalised(address)
    if not path or is_served(path):
        return None
    found = db.session.scalar(select(OldAddress).where(OldAddress.path == path))
    if found is None:
        found = OldAddress(path=path)
        db.session.add(found)
    db.session.flush()  # a target that is new has a number from here on
    found.translation_id = to.id if isinstance(to, Translation) else None
    found.category_id = to.id if isinstance(to, Category) else None
    found.made_by = by
    return found


def old_address(path: str, query: str = "") -> OldAddress | None:
    """Return what a path of a former site was, by its most exact spelling."""
    known = spellings(path, query)
    rows = db.session.scalars(select(OldAddress).where(OldAddress.path.in_(known)))
    by_path: Mapping[str, OldAddress] = {row.path: row for row in rows}
    return next((by_path[each] for each in known if each in by_path), None)


def is_served(path: str) -> bool:
    """Tell whether the site itself has a page at a path, or will redirect from it."""
    bare = path.partition("?")[0]
    try:
        endpoint, values = current_app.url_map.bind("").match(bare, method="GET")
    except NotFound:
        return False
    except HTTPException:  # a page without its final slash, or one that only takes forms
        return True
    locale, slug = values.get("locale", ""), values.get("slug", "")
    if endpoint in {"articles.article", "articles.article_source"}:
        return holder(locale, slug) is not None
    if endpoint == "articles.category":
        return former_category(locale, slug) is not None or _is_category(locale, slug)
    return True


def _is_category(locale: str, slug: str) -> bool:
    query = select(CategoryName.id).where(CategoryName.locale == locale, CategoryName.slug == slug)
    return db.session.scalar(query) is not None
