"""What a digest says, from the reports that the studio shows: two ways to a figure give the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from articles.models import Translation
from articles.views import address_of, site_root
from feedback.gaps.facts import Diagnosis
from feedback.gaps.labels import CAUSES
from feedback.gaps.models import Gap, GapStatus
from feedback.reports import registry
from feedback.reports.figures import Figure
from feedback.reports.filters import Filters
from feedback.reports.marks import What, marks
from feedback.reports.periods import Period
from feedback.reports.tables import Report
from feedback.reports.wording import Said, said
from feedback.rises.models import Alert, AlertState
from kb.db import db
from kb.formats import shown_number, shown_share
from kb.locales import current_locale

FIGURES = (
    "answered", "visits", "deflection_confirmed", "self_service", "csat", "nps", "response_median",
    "helpfulness",
)  # fmt: skip
MAX_GAPS = 5
MAX_ARTICLES = 5
MAX_RISES = 5
MAX_DONE = 8
FALLING = "falling"  # of the lists that the report on articles keeps


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the time line."""

    first: date
    searches: int
    answered: int
    requests: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question without an answer, with what it cost and where to work on it."""

    name: str
    locale: str
    cause: str
    visitors: int
    visitors_before: int
    contacts: int
    address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list, with where it leads if anywhere."""

    text: str
    locale: str
    address: str = ""
    at: datetime | None = None
    visitors: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """A digest without its layout; a part that no report fills is empty."""

    filters: Filters
    summary: str
    figures: tuple[Said, ...]
    answered: Figure | None
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    falling: tuple[Entry, ...]
    rises: tuple[Entry, ...]
    issues: tuple[Entry, ...]
    done: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    address: str
    simulated: bool


def content_of(filters: Filters) -> Content:
    """Return what the digest of a period says, in the language of the moment."""
    reports = {
        name: registry.report(name, filters)
        for name in ("overview", "gaps", "articles")
        if name in registry.names()
    }
    overview = reports.get("overview")
    figures = {each.key: each for each in overview.figures} if overview else {}
    return Content(
        filters=filters,
        summary=summary(figures.get("answered"), filters),
        figures=tuple(said(figures[key], filters.comparison) for key in FIGURES if key in figures),
        answered=figures.get("answered"),
        steps=_steps(overview),
        questions=_questions(reports.get("gaps")),
        falling=_falling(reports.get("articles")),
        rises=_rises(filters.period),
        issues=_marked(filters, What.KNOWN_ISSUE),
        done=_done(filters.period),
        changed=_marked(filters, What.ARTICLE),
        address=site_root() + url_for("reports.overview", **filters.arguments()),  # type: ignore[arg-type]
        simulated=any(each.simulated for each in reports.values()),
    )


def summary(answered: Figure | None, filters: Filters) -> str:
    """Return the sentence that comes first."""
    if answered is None or answered.value is None:
        return str(_("Nobody searched in this period."))
    counts = answered.counts
    numbers = {
        "answered": shown_number(counts["answered"]),
        "searches": shown_number(counts["searches"]),
    }
    if answered.is_too_few:
        return str(
            _("%(answered)s of %(searches)s searches found an answer: too few to tell.", **numbers)
        )
    rate, change = shown_share(answered.value), said(answered, filters.comparison).change
    if not change:
        return str(
            _("%(rate)s of searches found an answer (%(answered)s of %(searches)s).",
              rate=rate, **numbers)
        )  # fmt: skip
    return str(
        _("%(rate)s of searches found an answer (%(answered)s of %(searches)s), %(change)s.",
          rate=rate, change=change, **numbers)
    )  # fmt: skip


def _rows(report: Report | None, name: str) -> list[Mapping[str, object]]:
    if report is None:
        return []
    table = report.table(name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _number(cell: object) -> int:
    return int(cell) if isinstance(cell, int | float) else 0


def _steps(overview: Report | None) -> tuple[Step, ...]:
    return tuple(
        Step(
            date.fromisoformat(str(row["first_day"])),
            _number(row["searches"]),
            _number(row["answered"]),
            _number(row["requests"]),
        )
        for row in _rows(overview, "timeline")
    )


def _questions(gaps: Report | None) -> tuple[Question, ...]:
    return tuple(
        Question(
            name=str(row["question"]),
            locale=str(row["locale"]),
            cause=_cause(str(row["diagnosis"])),
            visitors=_number(row["visitors"]),
            visitors_before=_number(row["visitors_before"]),
            contacts=_number(row["contacts"]),
            address=site_root() + url_for("gaps.gap", number=_number(row["gap"])),
        )
        for row in _rows(gaps, "gaps")[:MAX_GAPS]
    )


def _cause(diagnosis: str) -> str:
    """Return in words why a question has no answer, nothing where that is not known."""
    return str(CAUSES[Diagnosis(diagnosis)]) if diagnosis else ""


def _falling(articles: Report | None) -> tuple[Entry, ...]:
    rows = [row for row in _rows(articles, "articles") if FALLING in str(row["lists"]).split()]
    return tuple(
        Entry(
            str(row["title"]),
            str(row["language"]),
            site_root() + url_for("article_reports.article", number=_number(row["id"])),
        )
        for row in rows[:MAX_ARTICLES]
    )


def _rises(period: Period) -> tuple[Entry, ...]:
    """Return what rose suddenly, the strongest first."""
    found = db.session.scalars(
        select(Alert)
        .where(
            Alert.started_at >= period.since,
            Alert.started_at < period.until,
            Alert.state != AlertState.NOT_AN_INCIDENT,
        )
        .order_by(Alert.visitors.desc(), Alert.id)
        .limit(MAX_RISES)
    )
    where = site_root() + url_for("rises.page")
    return tuple(
        Entry(each.name, each.locale, where, each.started_at, each.visitors) for each in found
    )


def _marked(filters: Filters, kind: What) -> tuple[Entry, ...]:
    """Return what time lines mark, in the language of the moment: the other one says it again."""
    spoken = replace(filters, locale=current_locale())
    found = [each for each in marks(spoken) if each.kind is kind]
    return tuple(Entry(each.label, each.locale) for each in found[:MAX_DONE])


def _done(period: Period) -> tuple[Entry, ...]:
    """Return the questions that were answered meanwhile, with the articles that do."""
    rows = db.session.execute(
        select(Gap, Translation)
        .join(Translation, Translation.id == Gap.answer_id)
        .where(
            Gap.status == GapStatus.PUBLISHED,
            Gap.answered_at >= period.since,
            Gap.answered_at < period.until,
        )
        .order_by(Gap.answered_at)
        .limit(MAX_DONE)
    )
    return tuple(
        Entry(gap.name, gap.locale, address_of(answer, external=True), gap.answered_at)
        for gap, answer in rows
    )
