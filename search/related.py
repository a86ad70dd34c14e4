"""Which articles go with an article? By meaning; without vectors, by words.

Measured by the links that writers set themselves; docs/decisions/0019 has the figures.
"""

import numpy as np

from search.arrays import Array, Mask
from search.reading.queries import query_terms
from search.snapshot import Snapshot

SAME_CATEGORY = 0.01  # of cosine: decides between articles about as near
SAME_CATEGORY_BY_WORDS = 0.5  # standard deviations of the scores by words
WORDS = 150  # of the text, beside the title: enough to know its subject


def nearest(snapshot: Snapshot, number: int, near: Array | None, limit: int) -> list[int]:
    """Return the numbers of the articles that go with one, nearest first, in its language.

    `near` gives the cosine of each article with it, None where there are no vectors. Neither the
    article itself nor another translation of it is among them.
    """
    others = _others(snapshot, number)
    if near is None:
        near, bonus = by_words(snapshot, number, others), SAME_CATEGORY_BY_WORDS
    else:
        bonus = SAME_CATEGORY
    merit = near + bonus * _of_category(snapshot, snapshot.entries[number].category)
    order = np.argsort(-np.where(others, merit, -np.inf), kind="stable")[:limit]
    return [each for each in order.tolist() if others[each] and near[each] > 0.0]


def by_words(snapshot: Snapshot, number: int, others: Mask) -> Array:
    """Return keyword scores for the title and the beginning of an article, in deviations."""
    entry = snapshot.entries[number]
    text = " ".join(snapshot.passage(each)[2] for each in snapshot.passages_of(number))
    words = " ".join([entry.title, *text.split()[:WORDS]])
    scores = snapshot.score(query_terms(words, entry.language), entry.language).articles
    found = scores[others & (scores > 0.0)]
    return scores / max(float(found.std()), 1e-9) if len(found) else scores


def _others(snapshot: Snapshot, number: int) -> Mask:
    entry = snapshot.entries[number]
    others = snapshot.in_language(entry.language).copy()
    others[number] = False
    if entry.article:
        others &= np.asarray([each.article != entry.article for each in snapshot.entries])
    return others


def _of_category(snapshot: Snapshot, category: str) -> Array:
    same = [bool(category) and each.category == category for each in snapshot.entries]
    return np.asarray(same, dtype=np.float64)
