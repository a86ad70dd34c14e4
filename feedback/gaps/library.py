"""How near questions are to what the site says already."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feedback.gaps.facts import Known
from feedback.gaps.nearness import Matrix

LOOKED_UP = 40  # wordings of a group, the most asked first
TYPICAL = 0.4  # cosine between a question and its answer, where the site cannot tell
MIN_TO_TELL = 5  # subjects with an answer from which the site can
PRIOR = 10  # passages of all languages that stand in for those that a language lacks


@dataclass(frozen=True, slots=True)
class Library:
    """The passages of all articles as unit rows, less what those of a language share.

    `starts`: where the passages of each article begin.
    """

    articles: tuple[Known, ...]
    passages: Matrix | None = None
    starts: npt.NDArray[np.int64] | None = None

    def nearness(self, rows: Matrix, weights: npt.NDArray[np.int64]) -> dict[int, float]:
        """Return the mean cosine of a group of questions to the nearest passage of each article."""
        if self.passages is None or self.starts is None or not len(rows):
            return {}
        some = np.argsort(-weights, kind="stable")[:LOOKED_UP]
        best = np.maximum.reduceat(rows[some] @ self.passages.T, self.starts, axis=1)
        means = np.average(best, axis=0, weights=weights[some])
        return {article.id: float(near) for article, near in zip(self.articles, means, strict=True)}


def library_of(articles: Sequence[Known]) -> Library:
    """Return the library of the articles whose vectors are known."""
    known = tuple(each for each in articles if each.vectors is not None and len(each.vectors))
    if not known:
        return Library(())
    shared = _shared(known)
    blocks = [_less(each, shared[each.locale]) for each in known]
    starts = np.cumsum([0, *map(len, blocks)])[:-1]
    return Library(known, np.concatenate(blocks), starts.astype(np.int64))


def _vectors(article: Known) -> Matrix:
    assert article.vectors is not None, "unknown ones were left out"
    return article.vectors


def _shared(articles: Sequence[Known]) -> Mapping[str, Matrix]:
    by_locale: dict[str, list[Matrix]] = defaultdict(list)
    for each in articles:
        by_locale[each.locale].append(_vectors(each))
    everything = np.concatenate([_vectors(each) for each in articles]).mean(axis=0)
    shared = {}
    for locale, blocks in by_locale.items():
        own = np.concatenate(blocks)
        shared[locale] = (own.sum(axis=0) + PRIOR * everything) / (len(own) + PRIOR)
    return shared


def _less(article: Known, shared: Matrix) -> Matrix:
    rows = _vectors(article) - shared
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
