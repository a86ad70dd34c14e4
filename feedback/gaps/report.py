"""The numbers, each with its counts, its period and what it is compared with.

Bots and staff are left out of every figure and counted apart. A visit that is still open has no
outcome yet, so its searches wait for the next report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, func, select

from articles.models import Revision, Translation
from articles.queries import published
from feedback.gaps.grouping import Encode, Gap, Unanswered, find_gaps
from feedback.models import SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports.helpfulness import Helpfulness, helpfulness, not_helping, summed
from feedback.reports.periods import Period
from feedback.settling import settle
from feedback.statistics import Rate, wilson
from kb.db import db

MIN_VISITORS = 2  # what one person asks is an anecdote
BACKGROUND = 80  # texts of a language that show what its vectors have in common


@dataclass(frozen=True, slots=True)
class Searches:
    """What became of the searches of a period."""

    outcomes: Mapping[Outcome, int]
    answered: Rate
    visitors: int
    reworded: int  # unanswered at first, answered in other words
    open: int  # of visits that are not over
    bots: int
    staff: int


@dataclass(frozen=True, slots=True)
class GapsReport:
    """What customers asked and did not get answered, then the articles that do not help.

    `single`: groups asked by one visitor only, not listed. `nearest`: see `nearest_to`.
    """

    period: Period
    searches: Searches
    previous: Searches
    gaps: tuple[Gap, ...]
    single: int
    nearest: Mapping[tuple[int, str], Translation]
    articles: tuple[Helpfulness, ...]
    helpfulness: Rate
    simulated: bool

    def nearest_to(self, gap: Gap) -> Translation | None:
        """Return the public article that came nearest, in the gap's language if it exists in it."""
        return self.nearest.get((gap.nearest, gap.locale)) if gap.nearest is not None else None


def gaps_report(
    period: Period, encode: Encode | None = None, *, now: datetime | None = None
) -> GapsReport:
    """Settle what is over, then report on `period`; grouped by words alone without `encode`."""
    settle(now)
    rows, earlier = _intents(period), _intents(period.previous)
    found = find_gaps(
        [_unanswered(row) for row in _without_answer([*earlier, *rows])],
        encode,
        _background() if encode else None,
        since=period.since,
        answered=Counter((row.locale, row.normalised) for row in _answered(rows)),
    )
    shared = tuple(gap for gap in found if gap.visitors >= MIN_VISITORS)
    votes = helpfulness(period)
    whole = summed(each.rate for each in votes)
    return GapsReport(
        period=period,
        searches=_searches(rows, period),
        previous=_searches(earlier, period.previous),
        gaps=shared,
        single=len(found) - len(shared),
        nearest=_nearest(shared),
        articles=tuple(not_helping(votes, whole)),
        helpfulness=whole,
        simulated=_is_simulated(period),
    )


IntentRow = Row[int, str, str, str, str, Outcome | None, list[int], datetime, int | None]


def _intents(period: Period) -> Sequence[IntentRow]:
    """Return the intents of people who are no staff, the earliest first."""
    return db.session.execute(
        select(
            SearchIntent.id,
            SearchIntent.query,
            SearchIntent.normalised,
            SearchIntent.locale,
            Visit.visitor,
            SearchIntent.outcome,
            SearchIntent.shown,
            SearchIntent.created_at,
            SearchIntent.reformulation_of_id,
        )
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(*_within(period), Visit.is_bot.is_(False), Visit.is_staff.is_(False))
        .order_by(SearchIntent.id)
    ).all()


def _within(period: Period) -> tuple:  # type: ignore[type-arg]
    return SearchIntent.created_at >= period.since, SearchIntent.created_at < period.until


def _without_answer(rows: Sequence[IntentRow]) -> list[IntentRow]:
    """Return the closed intents that were not answered, in these words or in others."""
    helped = answered_in_other_words({row.id: row.reformulation_of_id for row in rows}, _won(rows))
    return [
        row for row in rows if row.outcome not in {None, Outcome.ANSWERED} and row.id not in helped
    ]


def _answered(rows: Sequence[IntentRow]) -> list[IntentRow]:
    """Return the closed intents that were answered, in these words or in others."""
    helped = answered_in_other_words({row.id: row.reformulation_of_id for row in rows}, _won(rows))
    return [row for row in rows if row.outcome is Outcome.ANSWERED or row.id in helped]


def _won(rows: Iterable[IntentRow]) -> set[int]:
    return {row.id for row in rows if row.outcome is Outcome.ANSWERED}


def answered_in_other_words(
    reformulation_of: Mapping[int, int | None], answered: Iterable[int]
) -> set[int]:
    """Return the intents of which a reformulation, or one of that, and so on, was answered."""
    helped: set[int] = set()
    for each in answered:
        before = reformulation_of.get(each)
        while before is not None and before not in helped:
            helped.add(before)
            before = reformulation_of.get(before)
    return helped


def _unanswered(row: IntentRow) -> Unanswered:
    assert row.outcome is not None, "open intents were left out"
    return Unanswered(
        query=row.query,
        normalised=row.normalised,
        locale=row.locale,
        visitor=row.visitor,
        outcome=row.outcome,
        shown=tuple(row.shown),
        asked_at=row.created_at,
    )


def _searches(rows: Sequence[IntentRow], period: Period) -> Searches:
    outcomes = Counter(row.outcome for row in rows if row.outcome is not None)
    helped = answered_in_other_words({row.id: row.reformulation_of_id for row in rows}, _won(rows))
    return Searches(
        outcomes={each: outcomes[each] for each in Outcome},
        answered=wilson(outcomes[Outcome.ANSWERED], outcomes.total()),
        visitors=len({row.visitor for row in rows}),
        reworded=sum(row.id in helped and row.outcome is not Outcome.ANSWERED for row in rows),
        open=sum(row.outcome is None for row in rows),
        bots=_count(period, Visit.is_bot.is_(True)),
        staff=_count(period, and_(Visit.is_staff.is_(True), Visit.is_bot.is_(False))),
    )


def _count(period: Period, condition: object) -> int:
    query = (
        select(func.count(SearchIntent.id))
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(*_within(period), condition)  # type: ignore[arg-type]
    )
    return db.session.scalar(query) or 0


def _background() -> dict[str, list[str]]:
    """Return titles and known questions of each language, taken evenly from all public articles."""
    texts: dict[str, list[str]] = defaultdict(list)
    visible = published().subquery()
    rows = db.session.execute(
        select(visible.c.locale, visible.c.title, Revision.answers)
        .join(Revision, Revision.id == visible.c.public_revision_id)
        .order_by(visible.c.id)
    )
    for locale, title, answers in rows:
        texts[locale] += [title, *answers]
    return {
        locale: each[:: max(len(each) // BACKGROUND, 1)][:BACKGROUND]
        for locale, each in texts.items()
    }


def _nearest(gaps: Iterable[Gap]) -> dict[tuple[int, str], Translation]:
    """Return the public article nearest to each gap by (translation shown, language of the gap)."""
    wanted = {(gap.nearest, gap.locale) for gap in gaps if gap.nearest is not None}
    shown = select(Translation.id, Translation.article_id).where(
        Translation.id.in_({each for each, _locale in wanted})
    )
    article_of = {row.id: row.article_id for row in db.session.execute(shown)}
    public = db.session.scalars(
        published().where(Translation.article_id.in_(set(article_of.values())))
    ).all()
    by_id = {each.id: each for each in public}
    by_language = {(each.article_id, each.locale): each for each in public}
    found = {
        (each, locale): by_language.get((article_of[each], locale)) or by_id.get(each)
        for each, locale in wanted
        if each in article_of
    }
    return {key: translation for key, translation in found.items() if translation is not None}


def _is_simulated(period: Period) -> bool:
    query = select(SearchIntent.id).where(*_within(period), SearchIntent.simulated.is_(True))
    return db.session.scalar(query.limit(1)) is not None
