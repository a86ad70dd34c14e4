"""The lists of the desk that articles themselves tell: drafts, reviews, verification, broken links."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from articles.links.broken import broken_links
from articles.links.models import Link
from articles.models import Article, Translation
from articles.rights import within
from articles.studio.desk import SHOWN, Act, DeskList, Item, register_list
from articles.studio.editing.working_copies import unsaved_of
from articles.studio.models import Review
from articles.studio.publishing.reviews import my_drafts, returned_to, reviews_waiting_for
from articles.studio.verifying.due import due_for, still_right_url
from kb.db import db
from kb.formats import shown_date, shown_moment
from kb.locales import current_locale
from kb.rights import Right, holds

T = TypeVar("T")


def counted(query: Select[T]) -> tuple[int, Sequence[T]]:
    """Return how many things a select of one entity has, and the first of them."""
    plain = query.order_by(None).with_only_columns(1, maintain_column_froms=True)
    count = db.session.scalar(select(func.count()).select_from(plain.subquery())) or 0
    return count, db.session.scalars(query.limit(SHOWN)).all() if count else ()


def drafts() -> DeskList | None:
    """Return what the reader wrote, or is typing, and nobody sees yet; but for what came back."""
    if not holds(current_user, Right.WRITE):
        return None
    back = returned_to(current_user).order_by(None).with_only_columns(Review.translation_id)
    count, found = counted(my_drafts(current_user).where(Translation.id.not_in(back)))
    unsaved = {
        each.translation_id: each.saved_at for each in db.session.scalars(unsaved_of(current_user))
    }
    return DeskList(
        "drafts",
        str(_("Your drafts")),
        str(ngettext("%(num)s draft of yours.", "%(num)s drafts of yours.", count)),
        count,
        [
            Item(each.title, _editor(each.id), _unsaved(unsaved.get(each.id)), each.locale)
            for each in found
        ],
    )


def _editor(translation_id: int) -> str:
    return url_for("drafts.draft", number=translation_id)


def _unsaved(moment: datetime | None) -> str:
    return str(_("not saved yet, %(moment)s", moment=shown_moment(moment))) if moment else ""


def returned() -> DeskList | None:
    """Return the drafts of the reader for which a reviewer asks changes."""
    if not holds(current_user, Right.WRITE):
        return None
    count, found = counted(returned_to(current_user))
    return DeskList(
        "returned",
        str(_("Changes asked")),
        str(ngettext("%(num)s draft came back to you.", "%(num)s drafts came back to you.", count)),
        count,
        [_reviewed(each, _editor(each.translation_id), _decided(each)) for each in found],
    )


def _reviewed(review: Review, url: str, meta: str) -> Item:
    return Item(review.revision.title, url, meta, review.translation.locale)


def _decided(review: Review) -> str:
    by = review.decided_by
    return str(_("by %(name)s", name=by.shown_name)) if by else ""


def reviews() -> DeskList | None:
    """Return what others ask the reader to read, or any reviewer."""
    if not holds(current_user, Right.REVIEW):
        return None
    count, found = counted(reviews_waiting_for(current_user))
    return DeskList(
        "reviews",
        str(_("Waiting for your review")),
        str(
            ngettext("%(num)s review is asked of you.", "%(num)s reviews are asked of you.", count)
        ),
        count,
        [
            _reviewed(each, url_for("reviewing.page", number=each.translation_id), _asked(each))
            for each in found
        ],
    )


def _asked(review: Review) -> str:
    by, day = review.asked_by, shown_date(review.created_at, "medium")
    if by is None:
        return day
    return str(_("%(name)s, %(day)s", name=by.shown_name, day=day))


def verify() -> DeskList | None:
    """Return the articles that the reader looks after, and should read again."""
    if not holds(current_user, Right.WRITE):
        return None
    due = due_for(current_user)
    names = _named([each.article_id for each in due[:SHOWN]])
    items = []
    for each in due[:SHOWN]:
        shown = names[each.article_id]
        meta = str(_("since %(day)s", day=shown_date(each.due_at, "medium")))
        act = Act(str(_("Still right")), still_right_url(each.article_id))
        items.append(Item(shown.title, _editor(shown.id), meta, shown.locale, (act,)))
    return DeskList(
        "verify",
        str(_("To verify")),
        str(
            ngettext("%(num)s article to read again.", "%(num)s articles to read again.", len(due))
        ),
        len(due),
        items,
        url_for("verifying.overview"),
    )


def _named(articles: Sequence[int]) -> dict[int, Translation]:
    """Return the translation by which each article is shown to the reader."""
    found = db.session.scalars(
        select(Article).where(Article.id.in_(articles)).options(selectinload(Article.translations))
    )
    here = current_locale()
    return {
        each.id: min(
            each.translations,
            key=lambda one, own=each.source_locale: (one.locale != here, one.locale != own, one.id),  # type: ignore[misc]
        )
        for each in found
        if each.translations
    }


def broken() -> DeskList | None:
    """Return the links in public articles that lead nowhere any more."""
    if not holds(current_user, Right.WRITE):
        return None
    count, uses = counted(within(broken_links(), Right.WRITE))
    titles = _titles([each.translation_id for each in uses])
    links = {each.id: each for each in _links([each.link_id for each in uses])}
    return DeskList(
        "broken",
        str(_("Broken links")),
        str(ngettext("%(num)s broken link.", "%(num)s broken links.", count)),
        count,
        [_broken(links[each.link_id], titles[each.translation_id]) for each in uses],
        url_for("links.listing"),
    )


def _titles(translations: Sequence[int]) -> dict[int, Translation]:
    found = db.session.scalars(select(Translation).where(Translation.id.in_(translations)))
    return {each.id: each for each in found}


def _links(ids: Sequence[int]) -> Sequence[Link]:
    return db.session.scalars(select(Link).where(Link.id.in_(ids))).all()


def _broken(link: Link, translation: Translation) -> Item:
    return Item(
        translation.title, url_for("links.link", number=link.id), link.host, translation.locale
    )


LISTS: dict[str, Callable[[], DeskList | None]] = {
    "drafts": drafts,
    "returned": returned,
    "reviews": reviews,
    "verify": verify,
    "broken": broken,
}


def init_app(app: Flask) -> None:
    """Put these lists on the desk."""
    for name, make in LISTS.items():
        register_list(app, name, make)
