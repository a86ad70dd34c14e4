"""The report on one wording: how often it was asked, what it showed, what was opened, what came after."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from articles.models import Translation
from feedback.models import ArticleRead, SearchIntent, Visit
from feedback.reports import rollups
from feedback.reports.articles_days import chunks
from feedback.reports.articles_numbers import is_simulated
from feedback.reports.filters import Filters
from feedback.reports.searches_models import Wording
from feedback.reports.searches_numbers import (
    Asked,
    Rewording,
    asked,
    asking_lines,
    questions,
    rewordings,
    wordings,
)
from feedback.reports.searches_report import titles
from kb.db import db

LATEST = 1_000  # searches whose results are looked at
CHAINS = 30


@dataclass(frozen=True, slots=True)
class Result:
    """An article among the results: how often it was shown, where at best, how often opened."""

    translation: Translation
    shown: int
    best: int
    opened: int


@dataclass(frozen=True, slots=True)
class OneSearch:
    """All that is reported of one wording. `asked` is None where nobody asked it in the period."""

    filters: Filters
    wording: Wording
    asked: Asked | None
    line: Sequence[int]
    looked_at: int
    results: tuple[Result, ...]
    chains: tuple[Rewording, ...]
    wordings: Mapping[int, Wording]
    titles: Mapping[int, Translation]
    simulated: bool


def one_search(wording: Wording, filters: Filters) -> OneSearch:
    """Return the report on a wording."""
    rollups.refresh_for_page()
    everything = questions(filters)
    found = asked(everything, [wording.id])
    chains = rewordings(filters, CHAINS, of=wording.id)
    named = {each for chain in chains for each in (chain.wording_id, chain.into_id)}
    looked_at, results = _results(wording, filters)
    return OneSearch(
        filters=filters,
        wording=wording,
        asked=found[0] if found else None,
        line=asking_lines(everything, [wording.id], filters.period)[wording.id],
        looked_at=looked_at,
        results=results,
        chains=tuple(chains),
        wordings=wordings(named),
        titles=titles({each for chain in chains for each in chain.answers}),
        simulated=is_simulated(filters.period),
    )


def _results(wording: Wording, filters: Filters) -> tuple[int, tuple[Result, ...]]:
    """Return how many of the latest searches were looked at, and what these showed."""
    rows = db.session.execute(
        select(SearchIntent.id, SearchIntent.shown)
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.normalised == wording.normalised,
            SearchIntent.locale == wording.locale,
            SearchIntent.created_at >= filters.period.since,
            SearchIntent.created_at < filters.period.until,
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
            *((SearchIntent.channel == filters.channel,) if filters.channel else ()),
        )
        .order_by(SearchIntent.created_at.desc())
        .limit(LATEST)
    ).all()
    shown = Counter(each for row in rows for each in row.shown)
    best: dict[int, int] = {}
    for row in rows:
        for rank, each in enumerate(row.shown, start=1):
            best[each] = min(rank, best.get(each, rank))
    opened = _opened([row.id for row in rows])
    known = titles(shown.keys() | opened.keys())
    found = [Result(known[each], shown[each], best.get(each, 0), opened[each]) for each in known]
    return len(rows), tuple(
        sorted(found, key=lambda each: (-each.opened, -each.shown, each.best, each.translation.id))
    )


def _opened(intents: Sequence[int]) -> Counter[int]:
    return Counter(
        each
        for some in chunks(intents)
        for each in db.session.scalars(
            select(ArticleRead.translation_id).where(ArticleRead.intent_id.in_(some))
        )
    )
