"""What time lines of reports mark: known issues as they were published, and sudden rises."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from articles.models import Article, Kind, Translation
from feedback.reports.periods import Period
from feedback.rises.models import Alert, AlertState
from kb.db import db


class Mark(StrEnum):
    """What a mark stands for."""

    RISE = "rise"
    KNOWN_ISSUE = "known-issue"


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened at a moment, named in a language."""

    at: datetime
    label: str
    locale: str
    kind: Mark


def incidents(period: Period, locale: str | None = None) -> list[Incident]:
    """Return what happened in a period, the earliest first; rises that proved to be none are left out."""
    found = _rises(period, locale) + _known_issues(period, locale)
    return sorted(found, key=lambda each: (each.at, each.label))


def _rises(period: Period, locale: str | None) -> list[Incident]:
    alerts = select(Alert).where(
        Alert.started_at >= period.since,
        Alert.started_at < period.until,
        Alert.state != AlertState.NOT_AN_INCIDENT,
    )
    if locale is not None:
        alerts = alerts.where(Alert.locale == locale)
    return [
        Incident(each.started_at, each.name, each.locale, Mark.RISE)
        for each in db.session.scalars(alerts)
    ]


def _known_issues(period: Period, locale: str | None) -> list[Incident]:
    published = (
        select(Translation)
        .join(Article)
        .where(
            Article.kind == Kind.KNOWN_ISSUE,
            Translation.published_at >= period.since,
            Translation.published_at < period.until,
        )
    )
    if locale is not None:
        published = published.where(Translation.locale == locale)
    return [
        Incident(each.published_at, each.title, each.locale, Mark.KNOWN_ISSUE)
        for each in db.session.scalars(published)
        if each.published_at is not None
    ]
