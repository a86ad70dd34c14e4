"""Four kinds of evidence into one score: keywords and their order, passages and labels by meaning.

Labels are titles and known questions, encoded apart. Each evidence is scaled to 0..1, then summed
with weights that follow the query: a score sum ranks better than reciprocal ranks (Bruch, Gai
and Ingber, 2022), and no fixed weights are right both where titles are questions and where a
hundred articles share one title.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

DEPTH = 100  # articles over which a score is normalised
TIE_SHARE = 0.1  # of a standard deviation: labels nearer than this to the best are its equals
NO_VECTOR = -1.0  # the least possible cosine stands for a text that is not encoded yet

# A rule with few numbers, none of which matters much: docs/decisions/0011 says how each was
# judged on sets that had no say in it.
KEYWORD_SHARE = 0.55  # of keywords that cover the query, where labels say nothing
LABEL_SHARE = 0.5  # of labels where one is far nearer than any passage
LABELS_FROM_KEYWORD = 2 / 3  # of what labels get is taken from keywords, the rest from passages
UNCOVERED_SHARE = 0.3  # of their weight is left to keywords that cover nothing of the query
FOREIGN_SHARE = 0.25  # of their weight is left to keywords of another language than the query's
MAX_LEAD = 3.0  # deviations
LABEL_HEAD_START = 1.0  # deviation that labels are nearer anyway: they are half questions, too
ORDER_SHARE = 0.5  # of what keywords weigh is added where all neighbouring words stand together
MAX_LAG = 2.5  # deviations that a poor label may be farther than the passages of its article


@dataclass(frozen=True, slots=True)
class Signals:
    """What the evidence of one query says about itself."""

    label_lead: float  # how much nearer labels are than passages, in standard deviations
    label_ties: float  # articles whose label is as near as the best one, at least 1
    coverage: float  # 0..1, share of the query's weight in the article that is best by keywords
    foreign: bool  # whether the articles are in another language than the query


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of keywords, passages and labels, summing to one; word order goes with keywords."""

    keyword: float
    passages: float
    labels: float


KEYWORD_ONLY = Weights(1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the retrievers say of every article; `order` is None where no two words are neighbours."""

    keyword: Array
    order: Array | None  # 0..1
    passages: Array  # cosines of the best passage
    labels: Array  # cosines of the best label


@dataclass(frozen=True, slots=True)
class Shares:
    """What each evidence adds to the score of every article; together 0..1."""

    keyword: Array
    order: Array
    passages: Array
    labels: Array

    @property
    def total(self) -> Array:
        """The score."""
        return self.keyword + self.order + self.passages + self.labels


def of_best(scores: Array, eligible: Mask) -> Array:
    """Return scores that count from zero, as those of words do, as shares of the best eligible."""
    kept = np.where(eligible, scores, 0.0)
    shares: Array = kept / max(float(kept.max(initial=0.0)), 1e-9)
    return shares


def normalise(scores: Array, eligible: Mask, depth: int = DEPTH) -> Array:
    """Scale to 0..1 between the best eligible score and that at `depth`; 0 elsewhere."""
    eligible = eligible & (scores > NO_VECTOR)
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


def signals(
    passages: Array, labels: Array, eligible: Mask, *, coverage: float, foreign: bool
) -> Signals:
    """Read the signals off the cosines of the eligible articles, as far as they are encoded."""
    near = passages[eligible & (passages > NO_VECTOR)]
    named = labels[eligible & (labels > NO_VECTOR)]
    if not len(near) or not len(named):
        return Signals(-MAX_LEAD, 1.0, coverage, foreign)
    deviation = _deviation(near)
    best = float(named.max())
    ties = int((named >= best - TIE_SHARE * deviation).sum())
    lead = (best - float(near.max())) / deviation - LABEL_HEAD_START
    return Signals(float(np.clip(lead, -MAX_LEAD, MAX_LEAD)), float(ties), coverage, foreign)


def weigh(found: Signals) -> Weights:
    """Return the weights for a query's signals.

    A label that many articles share points at none of them, so its weight is divided by their
    number; keywords weigh as much as they cover of the query, and little in another language.
    """
    labels = LABEL_SHARE / (1.0 + float(np.exp(-found.label_lead))) / found.label_ties
    keyword = KEYWORD_SHARE - LABELS_FROM_KEYWORD * labels
    passages = 1.0 - keyword - labels
    keyword *= UNCOVERED_SHARE + (1.0 - UNCOVERED_SHARE) * found.coverage
    if found.foreign:
        keyword *= FOREIGN_SHARE
    total = keyword + passages + labels
    return Weights(keyword / total, passages / total, labels / total)


def lifted(passages: Array, labels: Array, eligible: Mask) -> Array:
    """Return the labels' cosines, none far below its article's passages.

    A label that says nothing, or is missing, then sinks no article that its text would raise.
    """
    near = passages[eligible & (passages > NO_VECTOR)]
    return np.maximum(labels, passages - MAX_LAG * _deviation(near)) if len(near) else labels


def _deviation(cosines: Array) -> float:
    return max(float(cosines.std()), 1e-3)


def fuse(found: Evidence, eligible: Mask, weights: Weights) -> Shares:
    """Weigh the evidence of every article; all shares are 0 for those that are not eligible."""
    nothing = np.zeros(len(found.keyword))
    keyword = order = passages = labels = nothing
    scale = 1.0
    if weights.keyword > 0.0:
        keyword = weights.keyword * of_best(found.keyword, eligible)
        if found.order is not None:
            order = weights.keyword * ORDER_SHARE * np.where(keyword > 0.0, found.order, 0.0)
            scale += float(order.max(initial=0.0))
    if weights.passages > 0.0:
        passages = weights.passages * normalise(found.passages, eligible)
    if weights.labels > 0.0:
        near = lifted(found.passages, found.labels, eligible)
        labels = weights.labels * normalise(near, eligible)
    return Shares(keyword / scale, order / scale, passages / scale, labels / scale)
