"""How sure is a result list? The chance that its first article answers, and a floor.

The numbers were fitted on judged sets at once, to queries that are answered, that nothing
answers, and whose answer was taken away; docs/decisions/0012, and 0050 for words alone, say how well
they hold on sets that had no say in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

DEFAULT_FLOOR = 0.25  # calls 6 in 10 out-of-scope questions weak, and 1 in 20 answerable ones


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a list."""

    similarity: float  # best cosine of the query with a passage or a label
    coverage: float  # 0..1, share of the query's weight that the first article contains
    agreement: float  # 0..1, keyword score of the article that is best by meaning, of the best
    is_best_by_words: bool  # whether the first article is also first by keywords
    crowd: float  # 0..1, score of the third article as a share of the first's
    lacks_code: bool = False  # whether the query names a code that no article holds


# Log-odds of the first article being right.
BIAS = -1.1
SIMILARITY_SCALE = 21.0  # of the bundled model's cosines, which crowd between .8 and .95
SIMILARITY_MIDDLE = 0.86
COVERAGE_WEIGHT = 1.5
AGREEMENT_WEIGHT = 0.6
BEST_BY_WORDS_WEIGHT = 0.6
CROWD_WEIGHT = -1.5
LACKS_CODE_WEIGHT = -2.0  # "error E-99": by judgment, as the judged sets have no codes


def confidence(signs: Signs) -> float:
    """Return 0..1 from the signs of a hybrid or semantic list."""
    return _chance(
        BIAS
        + SIMILARITY_SCALE * (signs.similarity - SIMILARITY_MIDDLE)
        + COVERAGE_WEIGHT * signs.coverage
        + AGREEMENT_WEIGHT * signs.agreement
        + BEST_BY_WORDS_WEIGHT * signs.is_best_by_words
        + CROWD_WEIGHT * signs.crowd
        + LACKS_CODE_WEIGHT * signs.lacks_code
    )


WORDS_BIAS = -2.5
WORDS_WEIGHT = 3.5


def keyword_confidence(coverage: float) -> float:
    """Return 0..1 where only keywords speak, from the share of the query that the best one covers.

    It tells whether a list is about what was asked; whether its first article answers, `words_chance`.
    """
    return _chance(WORDS_BIAS + WORDS_WEIGHT * float(np.clip(coverage, 0.0, 1.0)))


@dataclass(frozen=True, slots=True)
class WordSigns:
    """What is known of the first article of a list that words alone have made."""

    lead: float  # keyword score of the best article less the third's, by the query's whole weight
    said: float  # what the first article says of the query, in words that no other article has
    lacks_code: bool = False  # as above


# Log-odds of the first article being right, where words alone speak.
CHANCE_BIAS = -2.4
LEAD_WEIGHT = 3.6
SAID_WEIGHT = 0.8
FOREIGN_SHARE = 0.5  # of the chance: what two languages share are names, which many articles have
SURE_FLOOR = 0.5  # words alone know less, so what nobody asked to see needs half a chance


def words_chance(signs: WordSigns) -> float:
    """Return 0..1, the chance that the first article answers where words alone speak."""
    return _chance(
        CHANCE_BIAS
        + LEAD_WEIGHT * signs.lead
        + SAID_WEIGHT * signs.said
        + LACKS_CODE_WEIGHT * signs.lacks_code
    )


# Log-odds again: a list may be good although two articles are about as good; a quotation may not.
SURE_WEIGHT = 0.86  # of the odds of the list
RIVAL_WEIGHT = -2.8  # of the second article's score as a share of the first's
ANSWER_BIAS = 2.2
ANSWER_FLOOR = 0.64
KEYWORD_ANSWER_FLOOR = 0.8  # of a list that words alone have made


def answer_confidence(sure: float, rival: float) -> float:
    """Return 0..1, the chance that the first article is right, where the second one is known too.

    `rival` is the score of the second article as a share of the first's, 0..1.
    """
    sure = float(np.clip(sure, 1e-9, 1.0 - 1e-9))
    odds = float(np.log(sure / (1.0 - sure)))
    return _chance(ANSWER_BIAS + SURE_WEIGHT * odds + RIVAL_WEIGHT * rival)


def is_answer(sure: float, rival: float, floor: float = ANSWER_FLOOR) -> bool:
    """Tell whether a passage may be quoted as the answer: a stricter bar than not being weak."""
    return answer_confidence(sure, rival) >= floor


def is_weak(value: float, language: str, floors: Mapping[str, float]) -> bool:
    """Tell whether a list must be called weak in its language."""
    return value < floors.get(language, DEFAULT_FLOOR)


def _chance(odds: float) -> float:
    return float(1.0 / (1.0 + np.exp(-odds)))
