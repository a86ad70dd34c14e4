"""Figures of one ranking against its judgments, and of a confidence against what it foretells."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DEPTH = 10
NDCG = "ndcg@10"

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Per-query figures of one mode, in the order of the queries."""

    ndcg: tuple[float, ...]
    recall: tuple[float, ...]
    reciprocal_rank: tuple[float, ...]
    hit: tuple[float, ...]

    def by_name(self) -> dict[str, tuple[float, ...]]:
        """Return the figures under the names of the report."""
        return {
            NDCG: self.ndcg,
            "recall@10": self.recall,
            "mrr": self.reciprocal_rank,
            "hit@1": self.hit,
        }

    def means(self) -> dict[str, float]:
        """Return the four averages under the names of the report."""
        return {name: mean(values) for name, values in self.by_name().items()}


def score(rankings: Sequence[Sequence[str]], grades: Sequence[Mapping[str, int]]) -> Scores:
    """Score rankings (best first) against the grades of the same queries."""
    pairs = list(zip(rankings, grades, strict=True))
    return Scores(
        ndcg=tuple(ndcg(ranking, grade) for ranking, grade in pairs),
        recall=tuple(recall(ranking, grade) for ranking, grade in pairs),
        reciprocal_rank=tuple(reciprocal_rank(ranking, grade) for ranking, grade in pairs),
        hit=tuple(float(reciprocal_rank(ranking, grade) == 1.0) for ranking, grade in pairs),
    )


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return nDCG with linear gains (Järvelin and Kekäläinen, 2002), 0..1."""
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:depth]
    best = _dcg(ideal)
    return _dcg([max(grades.get(name, 0), 0) for name in ranking[:depth]]) / best if best else 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return the share of relevant documents among the first `depth`."""
    relevant = {name for name, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return 1/rank of the first relevant document, 0 if there is none."""
    for rank, name in enumerate(ranking, start=1):
        if grades.get(name, 0) > 0:
            return 1.0 / rank
    return 0.0


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Return the chance that an answerable query is surer than one that is not; ties count half."""
    if not inside or not outside:
        return None
    values = np.asarray([*inside, *outside])
    ranks = _mid_ranks(values)[: len(inside)]
    above = float(ranks.sum()) - len(inside) * (len(inside) + 1) / 2
    return above / (len(inside) * len(outside))


def brier(confidences: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """Return the mean squared error of the confidence as a forecast (Brier, 1950); 0 is best."""
    if not confidences:
        return None
    return float(np.square(np.asarray(confidences) - np.asarray(outcomes, dtype=float)).mean())


def calibration_error(
    confidences: Sequence[float], outcomes: Sequence[bool], groups: int = 10
) -> float | None:
    """Return how far, on average, a confidence is from the share that comes true, 0..1.

    Over groups of equally many queries of like confidence (ECE of Naeini and others, 2015).
    """
    if not confidences:
        return None
    order = np.argsort(np.asarray(confidences), kind="stable")
    pairs = np.column_stack([np.asarray(confidences), np.asarray(outcomes, dtype=float)])[order]
    parts = [part for part in np.array_split(pairs, groups) if len(part)]
    gaps = [abs(part[:, 0].mean() - part[:, 1].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(pairs))


def mean(values: Sequence[float]) -> float:
    """Return the average to four digits, 0 of nothing."""
    return round(sum(values) / len(values), 4) if values else 0.0


def _mid_ranks(values: Array) -> Array:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles: Array = (ends - (counts - 1) / 2.0)[inverse]
    return middles


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
