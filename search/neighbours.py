"""Word order as evidence: which articles say the query's neighbouring words side by side, too?

"Acte de naissance" is more than an act and a birth. Neighbours among the words that matter are
looked up as they are written, in their order, as far from each other as in the query or a word or
two apart (the ordered dependence of Metzler and Croft, 2005).
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from search.analysis import Term, analyzer
from search.arrays import Array, Numbers
from search.reading.queries import Wanted
from search.snapshot import Snapshot

MAX_PAIRS = 24  # a question has some ten words that matter; a pasted page is none
NEAR = (1, 2, 3)  # words from one neighbour to the next: "reset password", "reset your password"


def said_together(
    snapshot: Snapshot, text: str, language: str, weights: Mapping[Wanted, float]
) -> Array | None:
    """Return which share of a query's neighbours each article holds, 0..1 by weight.

    `weights` are those of the query's stems. None where the query has no two neighbours.
    """
    rarity = {stem: value for wanted, value in weights.items() for stem in wanted.typed}
    shares = np.zeros(len(snapshot.entries))
    total = 0.0
    for first, second in _neighbours(text, language):
        weight = rarity.get(first.text, 0.0) + rarity.get(second.text, 0.0)
        shares[_holders(snapshot, first, second, language)] += weight
        total += weight
    return shares / total if total > 0.0 else None


def _holders(snapshot: Snapshot, first: Term, second: Term, language: str) -> Numbers:
    """Return the articles that say one word soon after the other."""
    distances = {*NEAR, second.position - first.position}
    return snapshot.soon_after(first.exact, second.exact, distances, language)


def _neighbours(text: str, language: str) -> list[tuple[Term, Term]]:
    """Return pairs of words that follow each other once words of no matter are left out."""
    by_place: dict[int, Term] = {}
    for term in analyzer(language).analyse(text):
        by_place.setdefault(term.position, term)  # a compound's first part, not the compound
    terms = list(by_place.values())[: MAX_PAIRS + 1]
    return [(a, b) for a, b in pairwise(terms) if a.text != b.text]
