"""The report on searches: what is asked, what became of it, what is asked again, what rises and falls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from articles.models import Translation
from feedback.outcomes import Outcome
from feedback.reports import figures, rollups
from feedback.reports.articles_numbers import is_simulated
from feedback.reports.figures import Figure
from feedback.reports.filters import Filters
from feedback.reports.searches_models import Wording
from feedback.reports.searches_numbers import (
    Asked,
    Questions,
    Rewording,
    asked_most,
    asking_lines,
    outcomes,
    questions,
    ranks,
    rewordings,
    wordings,
)
from feedback.reports.searches_trends import LEAST, Trend, trends
from feedback.reports.tables import Cell, Report, Table
from feedback.statistics import Rate, wilson
from kb.db import db

MOST = 200  # wordings listed; the files have as many
CHAINS = 25
TRENDS = 20  # in each direction


@dataclass(frozen=True, slots=True)
class SearchesReport:
    """What was asked in a period. `lines`: how often each wording was, by equal stretches of days."""

    filters: Filters
    figures: tuple[Figure, ...]
    outcomes: Mapping[Outcome, int]
    asked: tuple[Asked, ...]
    lines: Mapping[int, Sequence[int]]
    ranks: tuple[tuple[int, Rate], ...]
    chains: tuple[Rewording, ...]
    trends: tuple[Trend[int], ...]
    wordings: Mapping[int, Wording]
    titles: Mapping[int, Translation]
    simulated: bool

    @property
    def rising(self) -> list[Trend[int]]:
        """Return the wordings that are surely asked more than in the period compared with."""
        return [each for each in self.trends if each.is_rise][:TRENDS]

    @property
    def falling(self) -> list[Trend[int]]:
        """Return those that are surely asked less."""
        return [each for each in self.trends if not each.is_rise][:TRENDS]


def searches_report(
    filters: Filters, *, order: Outcome | None = None, limit: int = MOST
) -> SearchesReport:
    """Return the report; `order` lists the wordings with most of one outcome first."""
    rollups.refresh_for_page()
    now, earlier = questions(filters), questions(filters.before())
    most = asked_most(now, limit, order=order)
    chains = rewordings(filters, CHAINS)
    became, before = outcomes(filters), outcomes(filters.before())
    changed = _trends(now, earlier, sum(became.values()), sum(before.values()))
    named = {each.wording_id for each in most}
    named |= {each for chain in chains for each in (chain.wording_id, chain.into_id)}
    named |= {each.key for each in changed}
    return SearchesReport(
        filters=filters,
        figures=_figures(became, before),
        outcomes=became,
        asked=tuple(most),
        lines=asking_lines(now, [each.wording_id for each in most], filters.period),
        ranks=tuple(ranks(filters)),
        chains=tuple(chains),
        trends=tuple(changed),
        wordings=wordings(named),
        titles=titles({each for chain in chains for each in chain.answers}),
        simulated=is_simulated(filters.period),
    )


def _trends(
    now: Questions, before: Questions, searches: int, searches_before: int
) -> list[Trend[int]]:
    """Return what changed against the site as a whole: a site that grows makes no question urgent."""
    if not searches or not searches_before:
        return []
    # Of a wording that many asked in one period, how few asked it in the other must be known as well.
    many = now.asked_by(LEAST).keys() | before.asked_by(LEAST).keys()
    found = trends(before.visitors_of(many), now.visitors_of(many), searches / searches_before)
    rising = [each for each in found if each.is_rise][:TRENDS]
    return rising + [each for each in found if not each.is_rise][:TRENDS]


def titles(ids: set[int]) -> dict[int, Translation]:
    """Return translations by their ids."""
    found = db.session.scalars(select(Translation).where(Translation.id.in_(ids)))
    return {each.id: each for each in found}


def _figures(now: Mapping[Outcome, int], before: Mapping[Outcome, int]) -> tuple[Figure, ...]:
    searches, earlier = sum(now.values()), sum(before.values())

    def share(key: str, *which: Outcome) -> Figure:
        successes = sum(now[each] for each in which)
        return figures.share(
            key,
            wilson(successes, searches),
            wilson(sum(before[each] for each in which), earlier),
            **{key: successes, "searches": searches},
        )

    return (
        figures.count("searches", searches, earlier),
        share("answered", Outcome.ANSWERED),
        share("without_answer", Outcome.NO_RESULT, Outcome.WEAK),
        share("not_opened", Outcome.NO_CLICK, Outcome.REFORMULATED),
    )


def tables(found: SearchesReport) -> tuple[Table, ...]:
    """Return the tables of the report: searches, ranks, rewordings, trends."""
    return (
        Table(
            "searches",
            ("id", "question", "language", "visitors", "searches", *(each.value for each in Outcome)),
            tuple(_asked_cells(each, found.wordings[each.wording_id]) for each in found.asked),
        ),
        Table(
            "ranks",
            ("rank", "shown", "opened", "share", "lower", "upper"),
            tuple(
                (rank, each.trials, each.successes, round(each.value, 4), round(each.lower, 4),
                 round(each.upper, 4))
                for rank, each in found.ranks
            ),
        ),
        Table(
            "rewordings",
            ("question", "asked_again_as", "language", "times", "answered", "answered_by"),
            tuple(_chain_cells(each, found) for each in found.chains),
        ),
        Table(
            "trends",
            ("question", "language", "direction", "visitors", "before", "factor", "lower", "upper"),
            tuple(_trend_cells(each, found.wordings[each.key]) for each in found.trends),
        ),
    )  # fmt: skip


def _asked_cells(asked: Asked, wording: Wording) -> tuple[Cell, ...]:
    counts = (asked.outcomes[each] for each in Outcome)
    return (wording.id, wording.text, wording.locale, asked.visitors, asked.intents, *counts)


def _chain_cells(chain: Rewording, found: SearchesReport) -> tuple[Cell, ...]:
    first, into = found.wordings[chain.wording_id], found.wordings[chain.into_id]
    named = (found.titles[each].title for each in chain.answers if each in found.titles)
    answered = sum(chain.answers.values())
    return (first.text, into.text, first.locale, chain.times, answered, " | ".join(named))


def _trend_cells(trend: Trend[int], wording: Wording) -> tuple[Cell, ...]:
    factor = trend.factor
    bounds = (factor.value, factor.lower, factor.upper)
    return (
        wording.text,
        wording.locale,
        "rising" if trend.is_rise else "falling",
        trend.now,
        trend.before,
        *(None if each == float("inf") else round(each, 2) for each in bounds),
    )


def make(filters: Filters) -> Report:
    """Return the report as files, the command and the digest take it."""
    found = searches_report(filters)
    return Report("searches", filters, found.figures, tables(found), simulated=found.simulated)
