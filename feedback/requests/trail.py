"""What somebody did on the site before they wrote: for whoever answers them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select

from articles.models import Translation
from feedback.contact.models import ContactAttempt
from feedback.models import ArticleRead, SearchIntent
from feedback.requests.models import ContactRequest
from kb.db import db

MOST = 20  # searches or articles of one visit that anybody would read


@dataclass(frozen=True, slots=True)
class Trail:
    """The searches (as redacted when stored), the articles read, offered and opened, in order."""

    searched: tuple[str, ...] = ()
    read: tuple[Translation, ...] = ()
    suggested: tuple[Translation, ...] = ()
    opened: tuple[Translation, ...] = ()


def trail_of(request: ContactRequest) -> Trail:
    """Return what happened in the visit of a request up to it."""
    if request.visit_id is None:
        return Trail()
    attempt = db.session.scalar(
        select(ContactAttempt).where(ContactAttempt.visit_id == request.visit_id)
    )
    return Trail(
        searched=tuple(db.session.scalars(_searched(request))),
        read=_translations(db.session.scalars(_read(request))),
        suggested=_translations(attempt.suggested if attempt else ()),
        opened=_translations(attempt.opened if attempt else ()),
    )


def _searched(request: ContactRequest) -> Select[str]:
    return (
        select(SearchIntent.query)
        .where(
            SearchIntent.visit_id == request.visit_id,
            SearchIntent.created_at <= request.created_at,
        )
        .order_by(SearchIntent.created_at.desc(), SearchIntent.id.desc())
        .limit(MOST)
    )


def _read(request: ContactRequest) -> Select[int]:
    return (
        select(ArticleRead.translation_id)
        .where(
            ArticleRead.visit_id == request.visit_id, ArticleRead.opened_at <= request.created_at
        )
        .order_by(ArticleRead.opened_at.desc(), ArticleRead.id.desc())
        .limit(MOST)
    )


def _translations(ids: Iterable[int]) -> tuple[Translation, ...]:
    wanted = list(dict.fromkeys(ids))
    rows = db.session.scalars(select(Translation).where(Translation.id.in_(wanted)))
    found = {each.id: each for each in rows}
    return tuple(found[each] for each in wanted if each in found)
