"""Three kinds of evidence into one score: keywords, passages by meaning, labels by meaning.

Labels are titles and known questions, encoded apart. Each evidence is min-max normalised over
its own best articles, then summed with weights that follow the query: a score sum ranks better
than reciprocal ranks (Bruch, Gai and Ingber, 2022; search-facts.md), and no fixed weights are
right both where titles are questions and where a hundred articles share one title.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

DEPTH = 100  # articles over which a score is normalised
TIE_SHARE = 0.1  # of a standard deviation: labels nearer than this to the best are its equals

# Log-weights of (keyword, passages, labels), learnt on one half of the judged queries by a
# listwise loss; docs/decisions/0011 says how, and what each row brings on the other half.
GATE: dict[str, tuple[float, float, float]] = {
    "always": (-0.03, 0.28, -0.14),
    "label_lead": (-0.10, -0.08, 0.18),  # labels are nearer than passages, in deviations
    "label_ties": (0.31, 0.01, -0.32),  # logarithm of the number of equally near labels
    "foreign": (-0.31, -0.07, 0.39),  # another language than the query's: few words in common
}


@dataclass(frozen=True, slots=True)
class Signals:
    """What the evidence of one query says about itself."""

    label_lead: float
    label_ties: float
    foreign: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the three evidences, summing to one."""

    keyword: float
    passages: float
    labels: float


KEYWORD_ONLY = Weights(1.0, 0.0, 0.0)


def normalise(scores: Array, eligible: Mask, depth: int = DEPTH) -> Array:
    """Scale to 0..1 between the best eligible score and that at `depth`; 0 elsewhere."""
    considered = scores[eligible]
    scaled = np.zeros(len(scores))
    if not len(considered):
        return scaled
    best = float(considered.max())
    kth = len(considered) - min(depth, len(considered))
    floor = float(np.partition(considered, kth)[kth])
    spread = best - floor
    if spread <= 0.0:
        scaled[eligible] = 1.0 if best > 0.0 else 0.0
        return scaled
    scaled[eligible] = np.clip((considered - floor) / spread, 0.0, 1.0)
    return scaled


def signals(passages: Array, labels: Array, eligible: Mask, *, foreign: bool) -> Signals:
    """Read the signals off the cosines of the eligible articles."""
    near, named = passages[eligible], labels[eligible]
    if not len(near):
        return Signals(0.0, 0.0, float(foreign))
    deviation = max(float(near.std()), 1e-3)
    best = float(named.max())
    ties = int((named >= best - TIE_SHARE * deviation).sum())
    lead = (best - float(near.max())) / deviation
    return Signals(float(np.clip(lead, -3.0, 3.0)), float(np.log(ties)), float(foreign))


def weigh(found: Signals) -> Weights:
    """Return the weights for a query's signals."""
    row = np.asarray(GATE["always"])
    for name in ("label_lead", "label_ties", "foreign"):
        row = row + getattr(found, name) * np.asarray(GATE[name])
    shares = np.exp(row - row.max())
    keyword, passages, labels = (shares / shares.sum()).tolist()
    return Weights(keyword, passages, labels)


def fuse(keyword: Array, passages: Array, labels: Array, eligible: Mask, weights: Weights) -> Array:
    """Return one score of 0..1 per article; 0 for those that are not eligible."""
    total = np.zeros(len(keyword))
    for scores, weight in (
        (keyword, weights.keyword),
        (passages, weights.passages),
        (labels, weights.labels),
    ):
        if weight > 0.0:
            total += weight * normalise(scores, eligible)
    return total
