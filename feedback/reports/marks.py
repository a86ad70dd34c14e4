"""What time lines mark: articles that were published or changed, known issues and sudden rises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from articles.models import Article, Kind, Revision, Significance, Translation
from feedback.days import day_of
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from feedback.reports.subjects import within
from feedback.rises.incidents import incidents
from kb.db import db


class What(StrEnum):
    """What a mark stands for."""

    ARTICLE = "article"
    KNOWN_ISSUE = "known-issue"
    RISE = "rise"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day, named in the language `locale`."""

    day: date
    kind: What
    label: str
    locale: str


def marks(filters: Filters) -> list[Mark]:
    """Return what happened in the period, the earliest first."""
    found = [*_changes(filters), *_incidents(filters.period, filters.locale)]
    return sorted(found, key=lambda each: (each.day, each.kind, each.label))


def _changes(filters: Filters) -> Iterable[Mark]:
    """Yield the revisions of public articles that readers notice: none that only mend slips."""
    query = (
        select(Revision.created_at, Translation.title, Translation.locale)
        .join(Translation, Translation.id == Revision.translation_id)
        .join(Article, Article.id == Translation.article_id)
        .where(
            Revision.created_at >= filters.period.since,
            Revision.created_at < filters.period.until,
            Revision.significance != Significance.TYPO,
            Translation.public_revision_id >= Revision.id,
            Article.kind != Kind.KNOWN_ISSUE,
        )
    )
    if filters.locale:
        query = query.where(Translation.locale == filters.locale)
    if filters.of_subject:
        query = query.where(Translation.id.in_(within(filters)))
    for moment, title, locale in db.session.execute(query):
        yield Mark(day_of(moment), What.ARTICLE, title, locale)


def _incidents(period: Period, locale: str | None) -> Iterable[Mark]:
    for each in incidents(period, locale):
        yield Mark(day_of(each.at), What(each.kind.value), each.label, each.locale)
