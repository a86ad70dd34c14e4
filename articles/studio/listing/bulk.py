"""The verbs of the list of articles: one act on many, in one transaction, undone in one click.

An act keeps for each article what it was and what it became. Undoing puts back what is still as the act
left it: whatever somebody has changed since stays.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from articles import limits, publications
from articles.models import Article, Audience, Category
from articles.publishing import archive, commit_changes, restore
from articles.rights import may, may_move, right_to_change
from articles.studio import undo
from articles.studio.models import ChangeSet
from articles.studio.undo import Undone
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.rights import Right

AT_ONCE = 2_000  # articles of one act: ten seconds for the slowest, archiving; a sentence says so
CHUNK = 500  # articles read together


class Act(StrEnum):
    """What can be done to many articles; also the name of the act in the log and for undoing."""

    MOVE = "articles.moved"
    TAG = "articles.tagged"
    UNTAG = "articles.untagged"
    ASSIGN = "articles.assigned"
    AUDIENCE = "articles.audience"
    ARCHIVE = "articles.archived"
    RESTORE = "articles.restored"


LABELS = {
    Act.MOVE: _l("Move to a category"),
    Act.TAG: _l("Add a tag"),
    Act.UNTAG: _l("Remove a tag"),
    Act.ASSIGN: _l("Assign to somebody"),
    Act.AUDIENCE: _l("Change who may read"),
    Act.ARCHIVE: _l("Archive"),
    Act.RESTORE: _l("Restore from the archive"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which articles an act may touch, their names, and the names of those it may not."""

    allowed: tuple[int, ...]
    names: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: the way back, how many changed, how many were so already, who said no."""

    change: ChangeSet | None
    changed: int
    same: int
    refused: tuple[str, ...]


def plan(act: Act, numbers: Sequence[int]) -> Plan:
    """Tell what an act may do to these articles before it is done."""
    allowed, names, refused = [], [], []
    for article in _articles(numbers):
        if _may(act, article):
            allowed.append(article.id)
            names.append(name_of(article))
        else:
            refused.append(name_of(article))
    return Plan(tuple(allowed), tuple(names), tuple(refused))


def _may(act: Act, article: Article) -> bool:
    if act in {Act.TAG, Act.UNTAG, Act.ASSIGN}:
        return may(Right.WRITE, article)
    if act in {Act.ARCHIVE, Act.RESTORE}:
        return may(Right.PUBLISH, article)
    return may(right_to_change(article), article)


def _takes(act: Act, article: Article, value: Any) -> bool:
    """Tell whether an article may become just this."""
    if act is Act.MOVE:
        return may_move(article, value)
    return act is not Act.TAG or value in article.tags or len(article.tags) < limits.TAGS


def _articles(numbers: Iterable[int]) -> Iterator[Article]:
    each_once = list(dict.fromkeys(numbers))
    for start in range(0, len(each_once), CHUNK):
        yield from db.session.scalars(
            select(Article)
            .where(Article.id.in_(each_once[start : start + CHUNK]))
            .order_by(Article.id)
            .options(selectinload(Article.translations))
        )


def name_of(article: Article) -> str:
    """Return what people call an article: its title in its source language, else in any."""
    titles = {each.locale: each.title for each in article.translations}
    return titles.get(article.source_locale) or next(iter(titles.values()), article.key)


def apply(act: Act, numbers: Sequence[int], value: Any) -> Done:
    """Do an act to the articles it may be done to, and commit; `value` is as `Act` wants it.

    A category (or None) to move to, a tag, an owner, an `Audience`; nothing to archive and restore.
    """
    before: list[dict[str, Any]] = []
    refused, same = [], 0
    for article in _articles(numbers):
        if not (_may(act, article) and _takes(act, article, value)):
            refused.append(name_of(article))
            continue
        old = _state(act, article, value)
        _DOERS[act](article, value)
        new = _state(act, article, value)
        if old == new:
            same += 1
            continue
        before.append({"id": article.id, "old": old, "new": new, **_said(act, value)})
        record(act.value, thing="article", thing_id=article.id, label=name_of(article),
               **_details(act, value))  # fmt: skip
    change = undo.keep(act.value, before) if before else None
    commit_changes()
    return Done(change, len(before), same, tuple(refused))


def _said(act: Act, value: Any) -> dict[str, str]:
    return {"tag": value} if act in {Act.TAG, Act.UNTAG} else {}


def _details(act: Act, value: Any) -> dict[str, Any]:
    if act is Act.MOVE:
        return {"category": value.key if value else ""}
    return {} if value is None else {"to": str(value)}


def _state(act: Act, article: Article, value: Any) -> Any:
    """Return the part of an article that an act changes, as JSON can hold it."""
    match act:
        case Act.MOVE:
            return article.category.id if article.category else article.category_id
        case Act.TAG | Act.UNTAG:
            return value in article.tags
        case Act.ASSIGN:
            return article.owner
        case Act.AUDIENCE:
            return article.audience.value
        case Act.ARCHIVE | Act.RESTORE:
            return [
                [each.id, _text(each.archived_at), each.next_revision_id, _text(each.next_at)]
                for each in sorted(article.translations, key=lambda one: one.id)
            ]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _move(article: Article, value: Category | None) -> None:
    article.category = value


def _tag(article: Article, value: str) -> None:
    if value not in article.tags:
        article.tags = [*article.tags, value]


def _untag(article: Article, value: str) -> None:
    article.tags = [each for each in article.tags if each != value]


def _assign(article: Article, value: str) -> None:
    article.owner = value


def _audience(article: Article, value: Audience) -> None:
    article.audience = value


def _archive(article: Article, _value: None) -> None:
    now = utc_now()
    for each in article.translations:
        if each.archived_at is None or each.archived_at > now:
            archive(each)


def _restore(article: Article, _value: None) -> None:
    for each in article.translations:
        if each.archived_at is not None:
            restore(each)


_DOERS: dict[Act, Callable[[Article, Any], None]] = {
    Act.MOVE: _move,
    Act.TAG: _tag,
    Act.UNTAG: _untag,
    Act.ASSIGN: _assign,
    Act.AUDIENCE: _audience,
    Act.ARCHIVE: _archive,
    Act.RESTORE: _restore,
}


def take_back(change: ChangeSet) -> Undone:
    """Undo an act where articles are as it left them; uncommitted."""
    act, done, kept = Act(change.act), 0, []
    kept_states = {each["id"]: each for each in change.before}
    for article in _articles(kept_states):
        was = kept_states[article.id]
        is_as_left = _state(act, article, was.get("tag")) == was["new"]
        if is_as_left and _may(act, article) and _put_back(act, article, was):
            done += 1
        else:
            kept.append(name_of(article))
    return Undone(done, tuple(kept))


def _put_back(act: Act, article: Article, was: dict[str, Any]) -> bool:
    """Give an article what it was; false where that is not there any more."""
    old = was["old"]
    match act:
        case Act.MOVE:
            category = db.session.get(Category, old) if old is not None else None
            if (old is not None and category is None) or not may_move(article, category):
                return False
            article.category = category
        case Act.TAG:
            _untag(article, was["tag"])
        case Act.UNTAG:
            _tag(article, was["tag"])
        case Act.ASSIGN:
            article.owner = old
        case Act.AUDIENCE:
            article.audience = Audience(old)
        case Act.ARCHIVE | Act.RESTORE:
            _put_dates_back(article, old)
    return True


def _put_dates_back(article: Article, old: list[list[Any]]) -> None:
    translations = {each.id: each for each in article.translations}
    for number, archived_at, next_id, next_at in old:
        one = translations[number]
        one.archived_at = datetime.fromisoformat(archived_at) if archived_at else None
        one.next_revision_id = next_id
        one.next_at = datetime.fromisoformat(next_at) if next_at else None
        publications.remember(one)


def init_app(app: Flask) -> None:
    """Say how each act is undone."""
    for act, label in LABELS.items():
        undo.register(app, act.value, label, take_back, commit=commit_changes)
