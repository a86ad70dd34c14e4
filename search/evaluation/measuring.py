"""All that one command measures on one set."""

from collections.abc import Mapping
from dataclasses import dataclass

from search.analysis import language_of
from search.calibration import Observation
from search.encoders import LazyEncoder
from search.engine import SearchEngine
from search.evaluation.judgments import Half, JudgedSet, halve, sample
from search.evaluation.report import Report
from search.evaluation.running import Progress, bench, no_progress, run
from search.evaluation.saved import CHANGES_SHOWN, Kept, against
from search.evaluation.typos import measure_typos
from search.evaluation.votes import measure_votes
from search.vectors import VectorStore


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and on which of the queries."""

    limit: int | None = None  # queries, drawn with a fixed seed
    half: Half | None = None
    slips: float = 0.0  # misspellings in each query, asked again; none by default
    votes: bool = False  # simulate visitors who voted after half of the queries
    changes: int = CHANGES_SHOWN  # queries told where another run differs


@dataclass(frozen=True, slots=True)
class Other:
    """Another run to compare with: its name, and its queries."""

    name: str
    queries: Mapping[str, Kept]


def evaluate(
    judged: JudgedSet,
    *,
    store: VectorStore,
    encoder: LazyEncoder | None,
    site: SearchEngine | None = None,
    plan: Plan = Plan(),
    other: Other | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Measure every mode; with `slips` a query, also misspelt; with another run, against it.

    `votes` simulates visitors who voted after half of the queries, honestly and not.

    `site` is the engine that answers where the set has no documents of its own.
    """
    with bench(judged, store=store, encoder=encoder, site=site, progress=progress) as made:
        inside = sample(halve(made.judged.judged, plan.half), plan.limit)
        outside = sample(halve(made.judged.out_of_scope, plan.half), plan.limit)
        found = run(made, (*inside, *outside), progress=progress)
        typos = votes = None
        if plan.slips:
            typos = measure_typos(made, found, slips=plan.slips, progress=progress)
        if plan.votes:
            votes = measure_votes(made, inside, progress=progress)
    compared = None
    if other is not None:
        compared = against(found, other.queries, name=other.name, shown=plan.changes)
    return Report(judged.name, found, typos=typos, votes=votes, against=compared)


def observe(
    judged: JudgedSet,
    *,
    store: VectorStore,
    encoder: LazyEncoder | None,
    site: SearchEngine | None = None,
    progress: Progress = no_progress,
) -> list[Observation]:
    """Return the confidence in every query, and whether anything answers it."""
    with bench(judged, store=store, encoder=encoder, site=site, progress=progress) as made:
        found = run(made, made.judged.queries, modes=[made.customers_mode], progress=progress)
    return [
        Observation(language_of(each.query.locale), each.confidence, each.is_judged)
        for each in found.asked
    ]
