"""All that one command measures on one set."""

from collections.abc import Mapping
from dataclasses import dataclass

from search.analysis import language_of
from search.calibration import Observation
from search.engine import SearchEngine
from search.evaluation.judgments import Half, JudgedSet, halve, sample
from search.evaluation.report import Report
from search.evaluation.running import Progress, bench, no_progress, run
from search.evaluation.saved import CHANGES_SHOWN, Kept, against
from search.evaluation.typos import measure_typos
from search.semantic import LazyEncoder, VectorStore


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
    limit: int | None = None,
    half: Half | None = None,
    slips: float = 0.0,
    other: Other | None = None,
    changes: int = CHANGES_SHOWN,
    progress: Progress = no_progress,
) -> Report:
    """Measure every mode; with `slips` a query, also misspelt; with another run, against it.

    `site` is the engine that answers where the set has no documents of its own.
    """
    with bench(judged, store=store, encoder=encoder, site=site, progress=progress) as made:
        inside = sample(halve(made.judged.judged, half), limit)
        outside = sample(halve(made.judged.out_of_scope, half), limit)
        found = run(made, (*inside, *outside), progress=progress)
        typos = measure_typos(made, found, slips=slips, progress=progress) if slips else None
    compared = against(found, other.queries, name=other.name, shown=changes) if other else None
    return Report(judged.name, found, typos=typos, against=compared)


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
