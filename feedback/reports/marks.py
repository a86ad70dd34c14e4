"""What time lines mark: articles that were published or changed, known issues and sudden rises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, select

from articles.models import Article, Kind, Revision, Significance, Translation
from articles.publications import appearances
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
    number: int | None = None
    author: str = ""
    message: str = ""
    significance: Significance | None = None

    @property
    def is_light(self) -> bool:
        """Tell whether only slips were mended: shown, but paler."""
        return self.significance is Significance.TYPO


def marks(filters: Filters) -> list[Mark]:
    """Return what happened in the period, the earliest first."""
    found = [*_changes(filters), *_incidents(filters.period, filters.locale)]
    return sorted(found, key=lambda each: (each.day, each.kind, each.label))


def revision_marks(translation: Translation, period: Period) -> list[Mark]:
    """Return the revisions of one article that readers got in a period, slips that were mended too."""
    found = _revisions(period, Translation.id == translation.id)
    return sorted(found, key=lambda each: (each.day, each.number or 0))


def _changes(filters: Filters) -> Iterable[Mark]:
    """Return the revisions of public articles that readers notice: none that only mend slips."""
    wanted = [Revision.significance != Significance.TYPO, Article.kind != Kind.KNOWN_ISSUE]
    if filters.locale:
        wanted.append(Translation.locale == filters.locale)
    if filters.of_subject:
        wanted.append(Translation.id.in_(within(filters)))
    return _revisions(filters.period, *wanted)


def _revisions(period: Period, *wanted: ColumnElement[bool]) -> Iterable[Mark]:
    """Yield the revisions that readers got in a period, each on the day they first did."""
    appeared = appearances()
    query = (
        select(
            appeared.c.moment,
            Translation.title,
            Translation.locale,
            Revision.number,
            Revision.author,
            Revision.message,
            Revision.significance,
        )
        .join(Revision, Revision.id == appeared.c.revision_id)
        .join(Translation, Translation.id == Revision.translation_id)
        .join(Article, Article.id == Translation.article_id)
        .where(appeared.c.moment >= period.since, appeared.c.moment < period.until, *wanted)
    )
    for moment, title, locale, number, author, message, significance in db.session.execute(query):
        yield Mark(
            day_of(moment), What.ARTICLE, title, locale, number, author, message, significance
        )


def _incidents(period: Period, locale: str | None) -> Iterable[Mark]:
    for each in incidents(period, locale):
        yield Mark(day_of(each.at), What(each.kind.value), each.label, each.locale)
