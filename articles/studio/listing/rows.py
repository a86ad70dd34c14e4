"""The rows of the list of articles: a page of them with all that they say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from articles.models import Article, Audience, Kind, Revision, Translation
from articles.studio.listing.figures import Figures, figures_of_all
from articles.studio.listing.filters import State, is_ahead
from articles.studio.models import Review, Verdict
from articles.studio.verifying.rules import due_at, last_right, rules
from articles.translation_state import behind_among
from kb.accounts.models import User
from kb.db import db, utc_now
from kb.locales import current_locale

PAGE = 50  # rows


@dataclass(frozen=True, slots=True)
class Tongue:
    """An article in one language, as the list shows it."""

    id: int
    locale: str
    title: str
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An article; `title` is that of `tongue`, its language for this reader."""

    id: int
    tongue: Tongue
    tongues: tuple[Tongue, ...]
    kind: Kind
    audience: Audience
    category: str
    owner: str
    tags: tuple[str, ...]
    changed_at: datetime | None
    due_at: datetime | None
    is_due: bool
    figures: Figures


def rows_of(numbers: Sequence[int]) -> list[Row]:
    """Return the rows of these articles, in their order."""
    articles = {
        each.id: each
        for each in db.session.scalars(
            select(Article)
            .where(Article.id.in_(numbers))
            .options(selectinload(Article.translations), selectinload(Article.category))
        )
    }
    translations = [one for each in articles.values() for one in each.translations]
    more = _more(translations)
    return [_row(articles[each], more) for each in numbers if articles[each].translations]


@dataclass(frozen=True, slots=True)
class _More:
    """What the rows of a page need beside the articles."""

    now: datetime
    ahead: set[int]
    in_review: set[int]
    behind: frozenset[int]
    changed: Mapping[int, datetime]
    rights: Mapping[int, datetime | None]
    figures: Mapping[int, Figures]
    days: Mapping[int, int]
    names: Mapping[str, str]  # of accounts, by address


def _more(translations: Sequence[Translation]) -> _More:
    ids = [each.id for each in translations]
    articles = {each.article_id for each in translations}
    one = aliased(Translation)
    return _More(
        now=utc_now(),
        ahead=set(db.session.scalars(select(one.id).where(one.id.in_(ids), is_ahead(one)))),
        in_review=set(
            db.session.scalars(
                select(Review.translation_id).where(
                    Review.translation_id.in_(ids), Review.verdict == Verdict.WAITING
                )
            )
        ),
        behind=behind_among(articles),
        changed=dict(
            db.session.execute(
                select(Revision.translation_id, func.max(Revision.created_at))
                .where(Revision.translation_id.in_(ids))
                .group_by(Revision.translation_id)
            ).all()
        ),
        rights=dict(
            db.session.execute(
                select(Article.id, last_right()).where(Article.id.in_(articles))
            ).all()
        ),
        figures=figures_of_all(),
        days=rules(),
        names={
            email.casefold(): name
            for email, name in db.session.execute(select(User.email, User.name))
            if name
        },
    )


def _row(article: Article, more: _More) -> Row:
    tongues = tuple(
        _tongue(each, more) for each in sorted(article.translations, key=lambda one: one.locale)
    )
    here = current_locale()
    preferred = (here, article.source_locale)
    tongue = min(tongues, key=lambda one: _place(one.locale, preferred))
    due = due_at(
        article.verify_by, more.rights.get(article.id), more.days.get(article.category_id or 0)
    )
    is_public = any(State.PUBLISHED in each.states for each in tongues)
    return Row(
        id=article.id,
        tongue=tongue,
        tongues=tongues,
        kind=article.kind,
        audience=article.audience,
        category=article.category.name_in(here).name if article.category else "",
        owner=more.names.get(article.owner.casefold(), article.owner),
        tags=tuple(article.tags),
        changed_at=max(
            (more.changed[each.id] for each in tongues if each.id in more.changed), default=None
        ),
        due_at=due,
        is_due=is_public and due is not None and due <= more.now,
        figures=sum((more.figures.get(each.id, Figures()) for each in tongues), Figures()),
    )


def _place(locale: str, preferred: Iterable[str]) -> int:
    return next((place for place, each in enumerate(preferred) if each == locale), 9)


def _tongue(translation: Translation, more: _More) -> Tongue:
    status = State(translation.status(more.now).value)
    states = [status]
    if status is State.PUBLISHED and translation.next_at is not None:
        states.append(State.SCHEDULED)
    elif status is State.PUBLISHED and translation.id in more.ahead:
        states.append(State.CHANGED)
    if translation.id in more.behind:
        states.append(State.BEHIND)
    if translation.id in more.in_review:
        states.append(State.REVIEW)
    return Tongue(translation.id, translation.locale, translation.title, tuple(states))
