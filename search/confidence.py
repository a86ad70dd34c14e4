"""How sure is a result list? A number that can be compared between queries, and a floor."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

DEFAULT_FLOOR = 0.45  # calls 6 in 10 out-of-scope questions weak, and 1 in 15 answerable ones

# Raise it when a confidence comes to mean something else: a site's own floors, chosen on the old
# scale, are then left aside until it calibrates again.
SCALE = 1


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of the best article of a list."""

    similarity: float  # best cosine of the query with a passage or a label
    coverage: float  # 0..1, share of the query's weight that the best article contains
    agreement: float  # 0..1, normalised keyword score of the article that is best by meaning


# Log-odds learnt on one half of a set with out-of-scope queries; docs/decisions/0012.
BIAS = -1.0
SIMILARITY_SCALE = 30.0  # of the bundled model's cosines, which crowd between .8 and .95
SIMILARITY_MIDDLE = 0.86
COVERAGE_WEIGHT = 1.6
AGREEMENT_WEIGHT = 1.4


def confidence(signs: Signs) -> float:
    """Return 0..1 from the signs of a hybrid or semantic list."""
    odds = (
        BIAS
        + SIMILARITY_SCALE * (signs.similarity - SIMILARITY_MIDDLE)
        + COVERAGE_WEIGHT * signs.coverage
        + AGREEMENT_WEIGHT * signs.agreement
    )
    return float(1.0 / (1.0 + np.exp(-odds)))


def keyword_confidence(coverage: float) -> float:
    """Return 0..1 where only keywords speak: the share of the query that the best one covers."""
    return float(np.clip(coverage, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Quotation:
    """What is known of the passage that would be quoted, and of its article."""

    said: float  # 0..1, share of the query's words, by number and by weight, in the passage
    rival: float  # 0..1, score of the second article as a share of the first's
    similarity: float  # best cosine of the article; 0 where only keywords speak
    confidence: float  # 0..1, of the list


# Fitted by hand on hint3, piaf and the demo; docs/decisions/0012.
SAID_WEIGHT = 2.5
RIVAL_WEIGHT = -4.5
CONFIDENCE_WEIGHT = 4.0
ANSWER_FLOOR = 1.0
SAME_QUESTION = 0.92  # cosine above which the article knows the very question


def is_answer(found: Quotation) -> bool:
    """Tell whether a passage may be quoted as the answer: a stricter bar than not being weak."""
    merit = (
        SAID_WEIGHT * found.said + RIVAL_WEIGHT * found.rival + CONFIDENCE_WEIGHT * found.confidence
    )
    return found.similarity >= SAME_QUESTION or merit >= ANSWER_FLOOR


def is_weak(value: float, language: str, floors: Mapping[str, float]) -> bool:
    """Tell whether a list must be called weak in its language."""
    return value < floors.get(language, DEFAULT_FLOOR)
