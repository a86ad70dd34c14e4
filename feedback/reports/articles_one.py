"""The report on one article: what its votes, its readers and the questions that led to it say."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, cast, func, select

from articles.models import Revision, Significance, Translation
from feedback.gaps.facts import Encode
from feedback.models import ArticleRead, Channel, Reason, SearchIntent, Visit, Vote
from feedback.outcomes import READ_SECONDS, Outcome
from feedback.reports import figures, rollups
from feedback.reports.articles_kinds import (
    Contrast,
    KindOfQuestion,
    Led,
    contrast,
    kinds_of_question,
)
from feedback.reports.articles_meaning import labels_of, titles_by_language
from feedback.reports.articles_numbers import by_day, is_simulated, numbers
from feedback.reports.articles_signs import Numbers
from feedback.reports.by_channel import came_through
from feedback.reports.figures import Figure
from feedback.reports.filters import Filters
from feedback.reports.marks import Mark, revision_marks
from feedback.reports.periods import Period
from feedback.reports.tables import Report, Table
from feedback.statistics import Rate, wilson
from kb.db import db

MOST_WORDINGS = 300  # grouped by meaning; the rest, each asked once or twice, say little


@dataclass(frozen=True, slots=True)
class RevisionVotes:
    """What was said of one revision since it was written: by people, and by all."""

    number: int
    written_at: datetime
    significance: Significance
    message: str
    is_public: bool
    rate: Rate
    raw: Rate


@dataclass(frozen=True, slots=True)
class OneArticle:
    """All that is reported of an article in one language."""

    filters: Filters
    translation: Translation
    figures: tuple[Figure, ...]
    revisions: tuple[RevisionVotes, ...]
    marks: tuple[Mark, ...]
    questions: tuple[Led, ...]
    kinds: tuple[KindOfQuestion, ...]
    contrast: Contrast | None
    reasons: Mapping[tuple[bool, Reason], int]
    days: Mapping[date, Numbers]
    simulated: bool


def one_article(
    translation: Translation, filters: Filters, encode: Encode | None = None
) -> OneArticle:
    """Return the report; kinds of questions are told apart by words alone without `encode`."""
    rollups.refresh_for_page()
    period = filters.period
    questions = _questions(translation.id, period, filters.channel)
    compared = questions[:MOST_WORDINGS]
    labels = labels_of(
        [each.text for each in compared],
        [each.locale for each in compared],
        encode,
        titles_by_language() if encode else None,
    )
    kinds = kinds_of_question(compared, labels)
    return OneArticle(
        filters=filters,
        translation=translation,
        figures=_figures(translation.id, filters),
        revisions=tuple(_revisions(translation)),
        marks=tuple(revision_marks(translation, period)),
        questions=tuple(questions),
        kinds=tuple(kinds),
        contrast=contrast(kinds),
        reasons=_reasons(translation.id, period, filters.channel),
        days=by_day(period, translation.id, filters.channel),
        simulated=is_simulated(period),
    )


def _figures(translation_id: int, filters: Filters) -> tuple[Figure, ...]:
    channel = filters.channel
    now = numbers(filters.period, translation_id, channel).get(translation_id, Numbers())
    before = numbers(filters.compared, translation_id, channel).get(translation_id, Numbers())
    return (
        figures.count("article_views", now.views, before.views),
        figures.count("article_readers", now.readers, before.readers),
        figures.count("article_shown", now.shown, before.shown),
        figures.share(
            "helpfulness", now.rate, before.rate,
            helpful=now.helpful, votes=now.votes, raw_helpful=now.raw_helpful, raw_votes=now.raw_votes,
        ),
        figures.share("exits", now.leaving, before.leaving, exits=now.exits, visits=now.visits),
        figures.share(
            "refused", now.refusals, before.refusals, refused=now.refused, searched=now.searched
        ),
    )  # fmt: skip


def _votes_of_people(translation_id: int) -> list[ColumnElement[bool]]:
    return [
        Vote.translation_id == translation_id,
        Vote.is_bot.is_(False),
        Vote.is_staff.is_(False),
    ]


def _voted_within(period: Period, channel: Channel | None) -> list[ColumnElement[bool]]:
    through = [came_through(Vote, channel)] if channel else []
    return [Vote.voted_at >= period.since, Vote.voted_at < period.until, *through]


def _revisions(translation: Translation) -> list[RevisionVotes]:
    """Return what was said of each revision, the newest first; those nobody voted on among them."""
    people: Counter[tuple[int, bool]] = Counter()
    everybody: Counter[tuple[int, bool]] = Counter()
    for revision_id, helpful, is_bot, is_staff, number in db.session.execute(
        select(Vote.revision_id, Vote.helpful, Vote.is_bot, Vote.is_staff, func.count())
        .where(Vote.translation_id == translation.id)
        .group_by(Vote.revision_id, Vote.helpful, Vote.is_bot, Vote.is_staff)
    ):
        everybody[revision_id, helpful] += number
        if not is_bot and not is_staff:
            people[revision_id, helpful] += number
    revisions = db.session.execute(
        select(
            Revision.id,
            Revision.number,
            Revision.created_at,
            Revision.significance,
            Revision.message,
        )
        .where(Revision.translation_id == translation.id)
        .order_by(Revision.number.desc())
    )
    return [
        RevisionVotes(
            number=number,
            written_at=written_at,
            significance=significance,
            message=message,
            is_public=each == translation.public_revision_id,
            rate=_rate(people, each),
            raw=_rate(everybody, each),
        )
        for each, number, written_at, significance, message in revisions
    ]


def _rate(votes: Mapping[tuple[int, bool], int], revision_id: int) -> Rate:
    helpful = votes[revision_id, True]
    return wilson(helpful, helpful + votes[revision_id, False])


def _reasons(
    translation_id: int, period: Period, channel: Channel | None
) -> dict[tuple[bool, Reason], int]:
    """Return how often each reason was given by people, with yes and with no."""
    rows = db.session.execute(
        select(Vote.helpful, Vote.reason, func.count())
        .where(
            *_votes_of_people(translation_id),
            *_voted_within(period, channel),
            Vote.reason.is_not(None),
        )
        .group_by(Vote.helpful, Vote.reason)
        .order_by(func.count().desc(), Vote.reason)
    )
    return {(helpful, reason): number for helpful, reason, number in rows if reason is not None}


def _questions(translation_id: int, period: Period, channel: Channel | None) -> list[Led]:
    """Return the wordings that led people to an article, the most frequent first."""
    votes = _votes_by_wording(translation_id, period, channel)
    found = []
    read = cast(ArticleRead.read_seconds >= READ_SECONDS, Integer)
    answered = cast(SearchIntent.outcome == Outcome.ANSWERED, Integer) * read
    rows = db.session.execute(
        select(
            SearchIntent.locale,
            SearchIntent.normalised,
            func.max(SearchIntent.query),
            func.count(),
            func.sum(answered),
        )
        .select_from(ArticleRead)
        .join(SearchIntent, SearchIntent.id == ArticleRead.intent_id)
        .join(Visit, Visit.id == ArticleRead.visit_id)
        .where(
            ArticleRead.translation_id == translation_id,
            ArticleRead.opened_at >= period.since,
            ArticleRead.opened_at < period.until,
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
            Visit.settled_at.is_not(None),
            *((Visit.channel == channel,) if channel else ()),
        )
        .group_by(SearchIntent.locale, SearchIntent.normalised)
    )
    for locale, normalised, text, openings, good in rows:
        helpful, cast_votes = votes.pop((locale, normalised), (0, 0))
        found.append(Led(text, locale, openings, int(good or 0), cast_votes, helpful))
    return sorted(found, key=lambda each: (-each.openings, -each.votes, each.text, each.locale))


def _votes_by_wording(
    translation_id: int, period: Period, channel: Channel | None
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (helpful, all) votes of people by the wording that led them here."""
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = db.session.execute(
        select(SearchIntent.locale, SearchIntent.normalised, Vote.helpful, func.count())
        .join(SearchIntent, SearchIntent.id == Vote.intent_id)
        .where(*_votes_of_people(translation_id), *_voted_within(period, channel))
        .group_by(SearchIntent.locale, SearchIntent.normalised, Vote.helpful)
    ).all()
    for locale, normalised, helpful, number in rows:
        counted[locale, normalised][0] += number * helpful
        counted[locale, normalised][1] += number
    return {key: (helpful, total) for key, (helpful, total) in counted.items()}


def report_of(found: OneArticle) -> Report:
    """Return the report on one article as a file shows it."""
    return Report("article", found.filters, found.figures, tables(found), simulated=found.simulated)


def tables(found: OneArticle) -> tuple[Table, ...]:
    """Return the tables on one article: revisions, questions, kinds of questions, days."""
    revisions = tuple(
        (
            each.number, each.written_at.date().isoformat(), "yes" if each.is_public else "no",
            each.rate.successes, each.rate.trials, round(each.rate.lower, 4),
            round(each.rate.upper, 4), "yes" if each.rate.is_too_few else "no", each.raw.successes,
            each.raw.trials, each.message,
        )
        for each in found.revisions
    )  # fmt: skip
    questions = tuple(
        (each.text, each.locale, each.openings, each.answered, each.helpful, each.votes)
        for each in found.questions
    )
    kinds = tuple(
        (
            each.name, each.locale, len(each.wordings), each.answered.successes,
            each.answered.trials, each.helpful.successes, each.helpful.trials,
            "yes" if each.is_too_few else "no",
        )
        for each in found.kinds
    )  # fmt: skip
    return (
        Table(
            "revisions",
            ("revision", "written_on", "is_public", "helpful", "votes", "lower", "upper",
             "too_few_to_tell", "raw_helpful", "raw_votes", "message"),
            revisions,
        ),
        Table(
            "questions",
            ("question", "language", "openings", "answered", "helpful", "votes"),
            questions,
        ),
        Table(
            "kinds",
            ("kind", "language", "wordings", "answered", "openings", "helpful", "votes",
             "too_few_to_tell"),
            kinds,
        ),
    )  # fmt: skip
