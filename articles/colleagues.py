"""What colleagues said of revisions, as lines of `history.jsonl`: reviews, and comments on lines.

A person is named by the address of their account, which an import finds again where there is one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select

from articles.history import Moment, Number
from articles.models import Article, Revision, Translation
from articles.studio.models import LineComment, Review, Verdict
from kb.accounts.models import User
from kb.db import db

R = TypeVar("R", Review, LineComment)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review of a revision, numbered among those of its translation; people by their addresses."""

    article: str
    locale: str
    review: Number
    revision: Number
    created: Moment
    verdict: Verdict
    asked_by: str = ""
    reviewer: str = ""  # empty: any
    note: str = ""
    decided: Moment | None = None
    decided_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment, numbered among those of its translation; `answers` is the number of another one."""

    article: str
    locale: str
    comment: Number
    revision: Number
    created: Moment
    author: str
    text: str
    account: str = ""
    line: Number | None = None
    quote: str = ""
    answers: Number | None = None
    resolved: Moment | None = None
    resolved_by: str = ""


Said = ReviewLine | CommentLine


def accounts() -> dict[int, str]:
    """Return the addresses of all accounts, by their number."""
    return {row.id: row.email for row in db.session.execute(select(User.id, User.email))}


def said_of_all(addresses: Mapping[int, str]) -> dict[int, list[Said]]:
    """Return what was said, by the number of the translation: reviews, then comments, as they came."""
    found: dict[int, list[Said]] = defaultdict(list)
    for number, review in _reviews(addresses):
        found[number].append(review)
    for number, comment in _comments(addresses):
        found[number].append(comment)
    return found


def _with_place(said: type[R]) -> Select[R, int, str, str]:
    """Select all rows of a kind as they came, each with its revision, article and language."""
    return (
        select(said, Revision.number, Article.key, Translation.locale)
        .join(Revision, Revision.id == said.revision_id)
        .join(Translation, Translation.id == said.translation_id)
        .join(Article, Article.id == Translation.article_id)
        .order_by(said.id)
    )


def _reviews(addresses: Mapping[int, str]) -> Iterator[tuple[int, ReviewLine]]:
    counts: dict[int, int] = defaultdict(int)
    for each, revision, key, locale in db.session.execute(_with_place(Review)):
        counts[each.translation_id] += 1
        yield (
            each.translation_id,
            ReviewLine(
                article=key,
                locale=locale,
                review=counts[each.translation_id],
                revision=revision,
                created=each.created_at,
                verdict=each.verdict,
                asked_by=addresses.get(each.asked_by_id or 0, ""),
                reviewer=addresses.get(each.reviewer_id or 0, ""),
                note=each.note,
                decided=each.decided_at,
                decided_by=addresses.get(each.decided_by_id or 0, ""),
                reason=each.reason,
            ),
        )


def _comments(addresses: Mapping[int, str]) -> Iterator[tuple[int, CommentLine]]:
    numbers: dict[int, int] = {}
    counts: dict[int, int] = defaultdict(int)
    for each, revision, key, locale in db.session.execute(_with_place(LineComment)):
        counts[each.translation_id] += 1
        numbers[each.id] = counts[each.translation_id]
        yield (
            each.translation_id,
            CommentLine(
                article=key,
                locale=locale,
                comment=numbers[each.id],
                revision=revision,
                created=each.created_at,
                author=each.author,
                text=each.text,
                account=addresses.get(each.author_id or 0, ""),
                line=each.line,
                quote=each.quote,
                answers=numbers.get(each.answers_id or 0),
                resolved=each.resolved_at,
                resolved_by=each.resolved_by,
            ),
        )
