"""What people answered when they were asked, with how many were asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from articles.models import Translation
from feedback.reports import facts, subjects
from feedback.reports.by_channel import came_through
from feedback.reports.figures import Figure
from feedback.reports.filters import Filters
from feedback.reports.overview_figures import csat_figure, nps_figure, response_figure
from feedback.reports.satisfaction import csat, nps
from feedback.reports.subjects import within
from feedback.reports.tables import Cell, Report, Table
from feedback.statistics import Rate, wilson
from feedback.surveys.eligibility import SCORES
from feedback.surveys.models import After, Survey, SurveyResponse
from kb.db import db

MOST_COMMENTS = 200


@dataclass(frozen=True, slots=True)
class Group:
    """The answers after one kind of event in one language. `value`: CSAT 0 to 1, NPS -100 to 100."""

    survey: Survey
    after: After
    locale: str
    asked: int
    answers: int
    value: float | None
    lower: float | None
    upper: float | None

    @property
    def response(self) -> Rate:
        """Return the share of those asked who answered."""
        return wilson(self.answers, self.asked)


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody added to their score."""

    survey: Survey
    after: After
    locale: str
    score: int
    text: str
    answered_at: datetime
    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class Surveys:
    """The surveys of a period."""

    filters: Filters
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]
    distribution: dict[Survey, dict[int, int]]
    comments: tuple[Comment, ...]
    simulated: bool


def surveys(filters: Filters) -> Surveys:
    """Return what was answered to the questions put within the period."""
    ids = subjects.ids(filters)
    before = filters.before()
    now_csat, now_nps = (facts.answers(each, filters, ids) for each in (Survey.CSAT, Survey.NPS))
    old_csat, old_nps = (facts.answers(each, before, ids) for each in (Survey.CSAT, Survey.NPS))
    return Surveys(
        filters,
        figures=(
            csat_figure(now_csat, old_csat),
            response_figure("csat_response", now_csat, old_csat),
            nps_figure(now_nps, old_nps),
            response_figure("nps_response", now_nps, old_nps),
        ),
        groups=tuple(_groups(filters)),
        distribution={
            survey: {score: answers.scores.get(score, 0) for score in SCORES[survey]}
            for survey, answers in ((Survey.CSAT, now_csat), (Survey.NPS, now_nps))
        },
        comments=tuple(_comments(filters)),
        simulated=bool(
            db.session.scalar(_counted(filters).where(SurveyResponse.simulated.is_(True)))
        ),
    )


def _of_period(query: Select, filters: Filters) -> Select:  # type: ignore[type-arg]
    query = query.where(
        SurveyResponse.is_bot.is_(False),
        SurveyResponse.is_staff.is_(False),
        SurveyResponse.asked_at >= filters.period.since,
        SurveyResponse.asked_at < filters.period.until,
    )
    if filters.locale:
        query = query.where(SurveyResponse.locale == filters.locale)
    if filters.channel:
        query = query.where(came_through(SurveyResponse, filters.channel))
    if filters.of_subject:
        query = query.where(SurveyResponse.translation_id.in_(within(filters)))
    return query


def _counted(filters: Filters) -> Select[int]:
    return _of_period(select(func.count(SurveyResponse.id)), filters)


def _groups(filters: Filters) -> list[Group]:
    key = (SurveyResponse.survey, SurveyResponse.after, SurveyResponse.locale)
    rows = db.session.execute(
        _of_period(
            select(*key, SurveyResponse.score, func.count().label("number")).group_by(
                *key, SurveyResponse.score
            ),
            filters,
        )
    ).all()
    keys = sorted({(row.survey, row.after, row.locale) for row in rows})
    return [
        _group(each, {row.score: row.number for row in rows if tuple(row[:3]) == each})
        for each in keys
    ]


def _group(key: tuple[Survey, After, str], numbers: Mapping[int | None, int]) -> Group:
    """Return a group from how often each score was given; None stands for no answer."""
    survey, after, locale = key
    scores = {score: number for score, number in numbers.items() if score is not None}
    asked, answers = sum(numbers.values()), sum(scores.values())
    value, lower, upper = _score(survey, scores) if answers else (None, None, None)
    return Group(survey, after, locale, asked, answers, value, lower, upper)


def _score(survey: Survey, scores: dict[int, int]) -> tuple[float, float, float]:
    found = csat(scores) if survey is Survey.CSAT else nps(scores)
    return found.value, found.lower, found.upper


def _comments(filters: Filters) -> list[Comment]:
    rows = db.session.execute(
        _of_period(
            select(
                SurveyResponse.survey,
                SurveyResponse.after,
                SurveyResponse.locale,
                SurveyResponse.score,
                SurveyResponse.comment,
                SurveyResponse.answered_at,
                func.coalesce(Translation.title, ""),
                func.coalesce(Translation.slug, ""),
            ).outerjoin(Translation, Translation.id == SurveyResponse.translation_id),
            filters,
        )
        .where(SurveyResponse.comment != "", SurveyResponse.answered_at.is_not(None))
        .order_by(SurveyResponse.answered_at.desc(), SurveyResponse.id.desc())
        .limit(MOST_COMMENTS)
    )
    return [Comment(*row) for row in rows]


def make(filters: Filters) -> Report:
    """Return the report in tables."""
    found = surveys(filters)
    return Report(
        "surveys",
        filters,
        figures=found.figures,
        tables=(_group_table(found), _distribution_table(found), _comment_table(found)),
        simulated=found.simulated,
    )


def _group_table(found: Surveys) -> Table:
    columns = (
        "survey", "after", "language", "asked", "answers", "score", "lower", "upper",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            each.survey.value,
            each.after.value,
            each.locale,
            each.asked,
            each.answers,
            *(None if bound is None else round(bound, 4) for bound in (each.value, each.lower, each.upper)),
        )
        for each in found.groups
    ]  # fmt: skip
    return Table("groups", columns, tuple(rows))


def _distribution_table(found: Surveys) -> Table:
    rows = tuple(
        (survey.value, score, number)
        for survey, scores in found.distribution.items()
        for score, number in scores.items()
    )
    return Table("distribution", ("survey", "score", "answers"), rows)


def _comment_table(found: Surveys) -> Table:
    columns = ("answered_at", "survey", "after", "language", "score", "comment", "article")
    rows = tuple(
        (
            each.answered_at.isoformat(timespec="seconds"),
            each.survey.value,
            each.after.value,
            each.locale,
            each.score,
            each.text,
            each.title,
        )
        for each in found.comments
    )
    return Table("comments", columns, rows)
