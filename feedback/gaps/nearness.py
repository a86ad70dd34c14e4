"""How near wordings are: what they mean, the words they share, and who asked them one after another.

Every wording becomes a row whose product with another is their nearness: 70% the cosine of the
vectors less what all texts of a language share, 30% words and pieces of words (within a language).
A visitor who asks again in other words says that both mean the same: each row is therefore moved
half-way to the wordings that were asked just before or after it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from feedback.gaps.askings import SOON
from feedback.gaps.facts import Expressed, Source
from feedback.outcomes import Outcome
from search.analysis import analyzer

Matrix = npt.NDArray[np.float32]
Pair = tuple[int, int]

MEANING_WEIGHT = 0.7
MIN_FOR_MEAN = 20  # texts of a language from which its mean vector says something
MAX_LINK = 3  # visitors; more who go from one wording to another prove no more
UNLIKE = 0.05  # nearness under which one wording after another is another question


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of equal length: `meaning` [n, dimensions], none without vectors; `words` sparse."""

    meaning: Matrix | None
    words: Any

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def __getitem__(self, numbers: npt.NDArray[np.int64]) -> "Rows":
        meaning = None if self.meaning is None else self.meaning[numbers]
        return Rows(meaning, self.words[numbers])

    def to(self, other: "Rows") -> Matrix:
        """Return the nearness of each row to each of the others, -1 to 1."""
        words = np.asarray((self.words @ other.words.T).toarray(), dtype=np.float32)
        if self.meaning is None or other.meaning is None:
            return words
        return MEANING_WEIGHT * (self.meaning @ other.meaning.T) + (1 - MEANING_WEIGHT) * words

    def of_pairs(self, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the nearness of each pair [n, 2]."""
        one, other = self[pairs[:, 0]], self[pairs[:, 1]]
        words = np.asarray(one.words.multiply(other.words).sum(axis=1), dtype=np.float64).ravel()
        if one.meaning is None or other.meaning is None:
            return words
        meaning = np.einsum("ij,ij->i", one.meaning, other.meaning)
        return np.asarray(MEANING_WEIGHT * meaning + (1 - MEANING_WEIGHT) * words)

    def means(self, labels: npt.NDArray[np.int64], count: int) -> "Rows":
        """Return the mean of the rows of each label; nearness to it is the mean of nearnesses."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import, only reports need it

        sizes = np.maximum(np.bincount(labels, minlength=count), 1)
        numbers = np.arange(len(labels))
        share = csr_array(
            ((1 / sizes)[labels].astype(np.float32), (labels, numbers)), shape=(count, len(labels))
        )
        meaning = None if self.meaning is None else np.asarray(share @ self.meaning)
        return Rows(meaning, share @ self.words)

    def mean(self, weights: npt.NDArray[np.float64]) -> "Rows":
        """Return the weighted mean of all rows as the only one."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - as above

        share = (weights / weights.sum()).astype(np.float32)[None, :]
        meaning = None if self.meaning is None else share @ self.meaning
        return Rows(meaning, csr_array(csr_array(share) @ self.words))


def rows_of(
    texts: Sequence[str],
    locales: Sequence[str],
    vectors: Matrix | None,
    common: Mapping[str, Matrix],
) -> Rows:
    """Return a row for each text; `common` holds the vector that each language's texts share.

    By words alone where `vectors` is None, or where what a language shares is not known.
    """
    words = _words(texts, locales)
    if vectors is None or any(locale not in common for locale in locales):
        return Rows(None, words)
    return Rows(apart(vectors, locales, common), words)


def common_of(vectors: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """Return what the texts of each language have in common, where there are enough to know it."""
    return {
        locale: each.mean(axis=0) for locale, each in vectors.items() if len(each) >= MIN_FOR_MEAN
    }


def apart(vectors: Matrix, locales: Sequence[str], common: Mapping[str, Matrix]) -> Matrix:
    """Return unit vectors less what all texts of their language share, which aligns languages."""
    shared = np.stack([common[locale] for locale in locales])
    return _unit(vectors - shared)


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _words(texts: Sequence[str], locales: Sequence[str]) -> Any:
    """Return TF-IDF over stems and over pieces of 3 and 4 letters, half each; languages apart."""
    from scipy.sparse import csr_array, hstack, vstack  # noqa: PLC0415 - as above

    order, blocks = [], []
    for locale in sorted(set(locales)):
        numbers = [number for number, each in enumerate(locales) if each == locale]
        order += numbers
        blocks.append(_words_of([_stems(texts[number], locale) for number in numbers]))
    width = sum(block.shape[1] for block in blocks)
    before, padded = 0, []
    for block in blocks:
        left = csr_array((block.shape[0], before), dtype=np.float32)
        right = csr_array((block.shape[0], width - before - block.shape[1]), dtype=np.float32)
        padded.append(hstack([left, block, right]))
        before += block.shape[1]
    back = np.argsort(np.asarray(order))
    return csr_array(vstack(padded).tocsr()[back])


def _stems(text: str, locale: str) -> str:
    return " ".join(analyzer(locale).asked_terms(text)) or text or "?"


def _words_of(texts: Sequence[str]) -> Any:
    # The library takes a second to import: only who groups pays for it.
    from scipy.sparse import hstack  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    parts = [
        TfidfVectorizer(
            sublinear_tf=True, lowercase=False, dtype=np.float32, **options
        ).fit_transform(texts)
        for options in ({"token_pattern": r"\S+"}, {"analyzer": "char_wb", "ngram_range": (3, 4)})
    ]
    return hstack([part * np.float32(0.5**0.5) for part in parts]).tocsr()


def links_of(said: Iterable[Expressed], numbers: Mapping[tuple[Source, int], int]) -> Counter[Pair]:
    """Return how many visitors went from one wording to another without an answer between.

    `numbers`: the wording of each thing said, by source and id. What follows within three minutes
    is taken for the same question; a request also when it names the search that led to it.
    """
    visits: dict[object, list[Expressed]] = defaultdict(list)
    for each in said:
        if each.visit is not None and (each.source, each.id) in numbers:
            visits[each.visit].append(each)
    found: dict[Pair, set[str]] = defaultdict(set)
    for visit in visits.values():
        visit.sort(key=lambda each: (each.asked_at, each.source, each.id))
        for one, other in pairwise(visit):
            if one.outcome is Outcome.ANSWERED or other.asked_at - one.asked_at > SOON:
                continue
            pair = numbers[one.source, one.id], numbers[other.source, other.id]
            if pair[0] != pair[1]:
                found[min(pair), max(pair)].add(one.visitor)
    return Counter({pair: len(visitors) for pair, visitors in found.items()})


def drawn_together(rows: Rows, links: Mapping[Pair, int]) -> tuple[Rows, float]:
    """Return the rows moved half-way to those that they are linked with, where these are alike.

    With them, the share of rows that were moved.
    """
    if not links:
        return rows, 0.0
    from scipy.sparse import coo_array  # noqa: PLC0415 - as above

    pairs = np.asarray(sorted(links), dtype=np.int64)
    near = rows.of_pairs(pairs) > UNLIKE
    pairs = pairs[near]
    if not len(pairs):
        return rows, 0.0
    weights = np.minimum([links[one, other] for one, other in pairs.tolist()], MAX_LINK)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    graph = coo_array(
        (np.tile(weights.astype(np.float32), 2), (both[:, 0], both[:, 1])), shape=(len(rows),) * 2
    ).tocsr()
    meaning = None
    if rows.meaning is not None:
        meaning = _unit(rows.meaning + _unit(graph @ rows.meaning))
    words = _unit_sparse(rows.words + _unit_sparse(graph @ rows.words))
    return Rows(meaning, words), len(np.unique(pairs)) / len(rows)


def _unit_sparse(rows: Any) -> Any:
    from scipy.sparse import csr_array, diags_array  # noqa: PLC0415 - as above

    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float32).ravel())
    return csr_array(diags_array(1 / np.where(lengths > 0, lengths, 1), dtype=np.float32) @ rows)
