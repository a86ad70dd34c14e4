"""What misspelt queries lose against the same queries typed right."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from search.analysis import language_of
from search.evaluation.comparison import Comparison, compare
from search.evaluation.metrics import mean
from search.evaluation.misspelling import Slip, misspell
from search.evaluation.running import Bench, Progress, Run, no_progress, run
from search.results import Mode


@dataclass(frozen=True, slots=True)
class Loss:
    """nDCG@10 of the same queries typed right and misspelt."""

    queries: int
    before: float
    after: float

    @property
    def share(self) -> float:
        """Return what is lost of what was there, 0..1; negative where typos help."""
        return (self.before - self.after) / self.before if self.before else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that `--json` prints."""
        return {
            "queries": self.queries,
            "without": round(self.before, 4),
            "with": round(self.after, 4),
            "loss": round(self.share, 4),
        }


@dataclass(frozen=True, slots=True)
class Typos:
    """The loss in each mode, and in what customers get by kind of slip."""

    slips: float  # by query
    by_mode: Mapping[Mode, Loss]
    compared: Mapping[Mode, Comparison]  # misspelt against typed right
    by_slip: Mapping[Slip, Loss]

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that `--json` prints; losses are shares."""
        return {
            "per_query": self.slips,
            **{
                mode.value: {
                    **loss.as_json(),
                    "difference_interval": self.compared[mode].interval.as_json(),
                    "p": round(self.compared[mode].p_value, 4),
                }
                for mode, loss in self.by_mode.items()
            },
            "by_kind": {slip.value: loss.as_json() for slip, loss in self.by_slip.items()},
        }


def measure_typos(
    made: Bench, straight: Run, *, slips: float = 1.0, progress: Progress = no_progress
) -> Typos:
    """Ask the judged queries of a run again, misspelt; every one takes part, misspelt or not."""
    queries = [each.query for each in straight.asked if each.is_judged]
    spelt = [
        misspell(query.text, language_of(query.locale), slips=slips, key=query.id)
        for query in queries
    ]
    again = [replace(query, text=each.text) for query, each in zip(queries, spelt, strict=True)]
    crooked = run(made, again, stage="typos", progress=progress)
    pairs = {
        mode: (straight.by_mode[mode].ndcg, scores.ndcg) for mode, scores in crooked.by_mode.items()
    }
    grouped: dict[Slip, list[tuple[float, float]]] = defaultdict(list)
    for before, after, each in zip(*pairs[made.customers_mode], spelt, strict=True):
        for slip in set(each.slips):
            grouped[slip].append((before, after))
    return Typos(
        slips=slips,
        by_mode={mode: _loss(list(zip(*pair, strict=True))) for mode, pair in pairs.items()},
        compared={mode: compare(after, before) for mode, (before, after) in pairs.items()},
        by_slip={slip: _loss(grouped[slip]) for slip in Slip if grouped[slip]},
    )


def _loss(pairs: list[tuple[float, float]]) -> Loss:
    return Loss(len(pairs), mean([pair[0] for pair in pairs]), mean([pair[1] for pair in pairs]))
