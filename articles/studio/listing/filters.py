"""What the list of articles is asked for: read from an address, and said to the database."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from articles.links.broken import broken_uses
from articles.models import Article, Audience, Category, Kind, Revision, Translation
from articles.rights import within
from articles.studio.models import Review, Verdict
from articles.studio.seeking import holds_name, holds_word
from articles.studio.verifying.rules import is_due
from articles.translation_state import behind
from kb.db import db, utc_now

MAX_QUERY = 200  # characters
NOBODY = "-"  # as the owner: articles that nobody looks after
MANY = 30_000  # ids of one query; databases take no more of them
UNFILED = "-"  # as the category: articles without one

M = TypeVar("M", bound=StrEnum)


class State(StrEnum):
    """Where a translation stands, as the list names it; one may stand in several places at once."""

    DRAFT = "draft"
    CHANGED = "changed"  # public, with words that are not
    REVIEW = "review"
    BEHIND = "behind"  # its source has changed since it was translated
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Sort(StrEnum):
    """What the list is ordered by."""

    CHANGED = "changed"
    TITLE = "title"
    VISITS = "visits"
    HELPFUL = "helpful"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the list, its order, and the page of it."""

    q: str = ""
    status: State | None = None
    category: str = ""
    kind: Kind | None = None
    language: str = ""
    owner: str = ""
    audience: Audience | None = None
    tag: str = ""
    verify: bool = False
    broken: bool = False
    sort: Sort = Sort.CHANGED
    back: bool = False  # the other way round
    page: int = 1

    def arguments(self, **other: object) -> dict[str, str]:
        """Return the address of this list, changed by `other`; what is usual is not named."""
        now, usual = replace(self, **other), Wanted()  # type: ignore[arg-type]  # names of fields
        said = {each.name: getattr(now, each.name) for each in fields(now)}
        return {
            name: "1" if value is True else str(value)
            for name, value in said.items()
            if value != getattr(usual, name) and value not in (None, "", False)
        }

    @property
    def is_narrowed(self) -> bool:
        """Tell whether any article is left out."""
        return bool(set(self.arguments()) - {"sort", "back", "page"})


def wanted_from(sent: Mapping[str, str]) -> Wanted:
    """Read an address; what it says that the list does not know is passed over."""

    page = sent.get("page", "")
    return Wanted(
        q=" ".join(sent.get("q", "").replace("\0", "").split())[:MAX_QUERY],
        status=_one_of(sent, State, "status"),
        category=sent.get("category", ""),
        kind=_one_of(sent, Kind, "kind"),
        language=sent.get("language", ""),
        owner=sent.get("owner", "").strip(),
        audience=_one_of(sent, Audience, "audience"),
        tag=sent.get("tag", "").strip(),
        verify=sent.get("verify") == "1",
        broken=sent.get("broken") == "1",
        sort=_one_of(sent, Sort, "sort") or Sort.CHANGED,
        back=sent.get("back") == "1",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
    )


def _one_of(sent: Mapping[str, str], members: type[M], name: str) -> M | None:
    value = sent.get(name, "")
    return members(value) if value in set(members) else None


def matching(wanted: Wanted, now: datetime | None = None) -> Select[int]:
    """Select the ids of the articles that are asked for, among those the reader may see."""
    now = now or utc_now()
    return within(select(Article.id)).where(*_conditions(wanted, now))


def _conditions(wanted: Wanted, now: datetime) -> Iterable[ColumnElement[bool]]:
    yield from _own(wanted)
    if wanted.status or wanted.language:
        yield _stands(wanted.status, wanted.language, now)
    if wanted.verify:
        yield is_due(now)
    if wanted.broken:
        yield Article.id.in_(
            select(Translation.article_id).where(Translation.id.in_(broken_uses()))
        )
    for word in wanted.q.casefold().split():
        yield _says(word)


def _own(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    """Say what an article's own columns tell."""
    if wanted.kind:
        yield Article.kind == wanted.kind
    if wanted.audience:
        yield Article.audience == wanted.audience
    if wanted.owner:
        yield Article.owner == ("" if wanted.owner == NOBODY else wanted.owner)
    if wanted.tag:
        yield has_tag(wanted.tag)
    if wanted.category == UNFILED:
        yield Article.category_id.is_(None)
    elif wanted.category:
        yield Article.category_id.in_(below(wanted.category))


def has_tag(tag: str) -> ColumnElement[bool]:
    """Tell whether an article carries a tag: as it is written in the JSON of the list."""
    return cast(Article.tags, String).contains(json.dumps(tag), autoescape=True)


def below(key: str) -> list[int]:
    """Return the ids of a category and of all below it; of no category for an unknown key."""
    rows = db.session.execute(select(Category.id, Category.key, Category.parent_id)).all()
    found = [row.id for row in rows if row.key == key]
    for parent in found:  # grows while it is walked
        found += [row.id for row in rows if row.parent_id == parent and row.id not in found]
    return found


def _stands(state: State | None, language: str, now: datetime) -> ColumnElement[bool]:
    one = aliased(Translation)
    query = select(one.id).where(one.article_id == Article.id)
    if language:
        query = query.where(one.locale == language)
    if state:
        query = query.where(_standing(one, state, now))
    return exists(query)


def _standing(one: type[Translation], state: State, now: datetime) -> ColumnElement[bool]:
    """Say a state in the terms of `Translation.status`, with what that does not know."""
    if state is State.BEHIND:
        return one.id.in_(sorted(behind())[:MANY])
    if state is State.REVIEW:
        return exists(
            select(Review.id).where(
                Review.translation_id == one.id, Review.verdict == Verdict.WAITING
            )
        )
    is_archived = and_(one.archived_at.is_not(None), one.archived_at <= now)
    if state is State.ARCHIVED:
        return is_archived
    return and_(not_(is_archived), _before_the_end(one, state, now))


def _before_the_end(one: type[Translation], state: State, now: datetime) -> ColumnElement[bool]:
    if state is State.DRAFT:
        return one.published_at.is_(None)
    if state is State.SCHEDULED:
        return or_(one.published_at > now, one.next_at > now)
    public = one.published_at <= now
    return and_(public, is_ahead(one)) if state is State.CHANGED else public


def is_ahead(one: type[Translation]) -> ColumnElement[bool]:
    """Tell whether a translation has words that readers do not see yet."""
    public = aliased(Revision)
    shown = (
        select(public.number)
        .where(public.id == one.public_revision_id)
        .correlate(one)
        .scalar_subquery()
    )
    return _newest(one) > func.coalesce(shown, 0)


def _newest(one: type[Translation]) -> ScalarSelect[int]:
    """Return the number of the newest revision, from the index alone."""
    any_of = aliased(Revision)
    return (
        select(func.max(any_of.number))
        .where(any_of.translation_id == one.id)
        .correlate(one)
        .scalar_subquery()
    )


def _says(word: str) -> ColumnElement[bool]:
    """Tell whether an article has a word in its key, or in a title, address or text of its own."""
    one, text = aliased(Translation), aliased(Revision)
    in_text = exists(
        select(text.id)
        .where(
            text.translation_id == one.id,
            or_(text.id == one.public_revision_id, text.number == _newest(one)),
            holds_word(text.body, word),
        )
        .correlate(one)
    )
    return or_(
        holds_name(Article.key, word),
        exists(
            select(one.id).where(
                one.article_id == Article.id,
                or_(
                    holds_name(one.title, word),
                    holds_name(one.slug, word),
                    in_text,
                ),
            )
        ),
    )
