"""Keeping articles right: which are due, who is asked, and the word that they still are.

An article is asked about to its owner, where that names an account; else to who wrote in it last; else
to the leads.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from articles.models import Article, Revision, Translation
from articles.rights import may, within
from articles.studio import undo
from articles.studio.models import ChangeSet
from articles.studio.undo import Undone
from articles.studio.verifying.rules import due_at, is_due, last_right, rules
from kb.accounts.models import RoleName, User
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.rights import Right

VERIFIED = "article.verified"  # the act, in the log and for undoing
CHUNK = 5_000  # ids in one query


@dataclass(frozen=True, slots=True)
class Due:
    """An article to be read again, and whom to ask; None: the leads."""

    article_id: int
    due_at: datetime
    person_id: int | None


def still_right_url(article_id: int) -> str:
    """Return where a form says that an article is still right."""
    return url_for("verifying.still_right", number=article_id)


def due(now: datetime | None = None) -> list[Due]:
    """Return all articles that are due, the longest due first."""
    now = now or utc_now()
    return _due(select(Article.id).where(is_due(now)))


def due_for(person: User, now: datetime | None = None) -> list[Due]:
    """Return the articles that a person is asked about, among those they may change."""
    now = now or utc_now()
    found = _due(within(select(Article.id), Right.WRITE, person=person).where(is_due(now)))
    is_lead = person.has_role(RoleName.LEAD.value)
    return [
        each
        for each in found
        if each.person_id == person.id or (is_lead and each.person_id is None)
    ]


def _due(query: Any) -> list[Due]:
    rows = db.session.execute(
        query.add_columns(
            Article.owner, Article.verify_by, last_right().label("right"), Article.category_id
        )
    ).all()
    people = people_asked({row.id: row.owner for row in rows})
    days = rules()
    found = [
        Due(row.id, at, people.get(row.id))
        for row in rows
        if (at := due_at(row.verify_by, row.right, days.get(row.category_id)))
    ]
    return sorted(found, key=lambda each: (each.due_at, each.article_id))


def people_asked(owners: Mapping[int, str]) -> dict[int, int]:
    """Return the account that is asked about each article, given what its owner is called."""
    by_name: dict[str, int] = {}
    active = {}
    for each in db.session.scalars(select(User).where(User.active.is_(True)).order_by(User.id)):
        if each.has_role(RoleName.WRITER.value):
            active[each.id] = each
            by_name.setdefault(each.name.casefold(), each.id)
    by_name.update({each.email.casefold(): number for number, each in active.items()})
    found = {
        article: by_name[owner.casefold()]
        for article, owner in owners.items()
        if owner and owner.casefold() in by_name
    }
    authors = _last_authors(set(owners) - set(found))
    return found | {article: by for article, by in authors.items() if by in active}


def _last_authors(articles: Iterable[int]) -> dict[int, int]:
    """Return the account that wrote in each article last, where one did."""
    found: dict[int, int] = {}
    waiting = sorted(articles)
    for start in range(0, len(waiting), CHUNK):
        found |= _authors_of(waiting[start : start + CHUNK])
    return found


def _authors_of(articles: Sequence[int]) -> dict[int, int]:
    last = (
        select(func.max(Revision.id).label("id"), Translation.article_id.label("article_id"))
        .join(Translation, Translation.id == Revision.translation_id)
        .where(Revision.author_id.is_not(None), Translation.article_id.in_(articles))
        .group_by(Translation.article_id)
        .subquery()
    )
    rows = db.session.execute(
        select(last.c.article_id, Revision.author_id).join(Revision, Revision.id == last.c.id)
    )
    return {article: author for article, author in rows if author is not None}


def confirm(article: Article, *, by: str, title: str = "") -> None:
    """Note that an article is still right; uncommitted.

    A date of its own that has come is done with; one that a rule follows is not needed any more.
    """
    now = utc_now()
    article.verified_at, article.verified_by = now, by
    has_rule = (article.category_id or 0) in rules()
    if article.verify_by is not None and (has_rule or article.verify_by <= now):
        article.verify_by = None
    record(VERIFIED, thing="article", thing_id=article.id, label=title or article.key, by=by)


def state_of(article: Article) -> list[str | None]:
    """Return what `confirm` changes, as JSON can hold it."""
    return [text(article.verified_at), article.verified_by, text(article.verify_by)]


def text(moment: datetime | None) -> str | None:
    """Return a moment as JSON can hold it."""
    return moment.isoformat() if moment else None


def moment(said: str | None) -> datetime | None:
    """Read what `text` wrote."""
    return datetime.fromisoformat(said) if said else None


def take_back_word(change: ChangeSet) -> Undone:
    """Undo "still right" where nobody has said or dated anything since."""
    done, kept = 0, []
    for was in change.before:
        article = db.session.get(Article, was["id"])
        if article is None:
            continue
        if state_of(article) != was["new"] or not may(Right.WRITE, article):
            kept.append(article.key)
            continue
        at, by, date = was["old"]
        article.verified_at, article.verified_by, article.verify_by = moment(at), by, moment(date)
        done += 1
    return Undone(done, tuple(kept))


def init_app(app: Flask) -> None:
    """Say how a word is taken back."""
    undo.register(app, VERIFIED, _l("Still right"), take_back_word)
