"""Keywords scored without a Python loop over articles, by BM25.

Articles are scored over their whole text, the words of their names counted twice, plus over the names
alone; passages are scored by themselves, to tell where an article answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from search.arrays import Array, Numbers, firsts, in_all, in_any
from search.reading.queries import Form, Wanted

if TYPE_CHECKING:
    from search.snapshot import Snapshot

SATURATION = 1.5  # k1 of BM25
LENGTH_SHARE = 0.75  # b of BM25
NAME_LENGTH_SHARE = 0.3  # names are short on purpose
NAME_COUNTS = 2.0  # a word of the title weighs as two of the text
NAME_WEIGHT = 0.25  # of BM25 over names alone, beside that of the whole article


@dataclass(frozen=True, slots=True)
class KeywordScores:
    """Scores of every article and passage for one query in one language."""

    articles: Array  # [articles], 0 where no term occurs
    passages: Array  # [passages]
    coverage: Array  # [articles], 0..1: share of the query's weight that occurs in the article
    name_coverage: Array  # [articles], 0..1: the same, in its names alone
    weights: Mapping[Wanted, float]  # what each thing counts for in coverage, by its rarity


@dataclass(frozen=True, slots=True)
class _Found:
    """Where one thing is said, and how often."""

    articles: Numbers  # ascending, living ones only; what follows is of these
    whole: Array  # in text and names, the names' counted more
    named: Array  # in names alone
    worth: Array  # 0..1: the weight of the best form that it is said in
    passages: Numbers  # ascending
    counts: Array  # of those passages


def score(snapshot: "Snapshot", wanted: Sequence[Wanted], language: str) -> KeywordScores:
    """Score every living article of a language against what a query asks for."""
    count = len(snapshot.entries)
    articles, names = np.zeros(count), np.zeros(count)
    coverage, name_coverage = np.zeros(count), np.zeros(count)
    passages = np.zeros(snapshot.passage_count)
    language_mask = snapshot.in_language(language)
    total = int(language_mask.sum())
    weights: dict[Wanted, float] = {}
    if total:
        text_norm, name_norm, passage_norm = _norms(snapshot, language)
    for thing in wanted if total else ():
        found = _found(snapshot, thing, language)
        matches = found.articles
        weight = float(np.log1p((total - len(matches) + 0.5) / (len(matches) + 0.5)))
        weights[thing] = weight
        if not len(matches):
            continue
        worth = weight * found.worth
        articles[matches] += thing.times * worth * _saturated(found.whole, text_norm[matches])
        coverage[matches] += worth
        of_name = found.named.nonzero()[0]
        hits = matches[of_name]
        worth = worth[of_name]
        names[hits] += thing.times * worth * _saturated(found.named[of_name], name_norm[hits])
        name_coverage[hits] += worth
        numbers = found.passages
        passages[numbers] += thing.times * weight * _saturated(found.counts, passage_norm[numbers])
    ceiling = sum(weights.values()) or 1.0
    articles += NAME_WEIGHT * names
    return KeywordScores(articles, passages, coverage / ceiling, name_coverage / ceiling, weights)


def _found(snapshot: "Snapshot", thing: Wanted, language: str) -> _Found:
    """Count a thing in every article, whichever of its forms says it."""
    forms = [_form(snapshot, form, language) for form in thing.forms]
    if len(forms) == 1:
        return forms[0]
    articles = in_any([form.articles for form in forms])
    passages = in_any([form.passages for form in forms])
    whole, named, worth = np.zeros((3, len(articles)))
    counts = np.zeros(len(passages))
    for form, found in zip(thing.forms, forms, strict=True):
        at = np.searchsorted(articles, found.articles)
        whole[at] += found.whole
        named[at] += found.named
        worth[at] = np.maximum(worth[at], found.worth)
        counts[np.searchsorted(passages, found.passages)] += form.weight * found.counts
    return _Found(articles, whole, named, worth, passages, counts)


def _form(snapshot: "Snapshot", form: Form, language: str) -> _Found:
    """Count one form; of several stems an article must hold all, as a passage must."""
    found = [_stem(snapshot, stem, language, form.weight) for stem in form.stems]
    if len(found) == 1:
        return found[0]
    articles, whole = in_all([(each.articles, each.whole) for each in found])
    _, named = in_all([(each.articles, each.named) for each in found])
    passages, counts = in_all([(each.passages, each.counts) for each in found])
    return _Found(articles, whole, named, np.full(len(articles), form.weight), passages, counts)


def _stem(snapshot: "Snapshot", stem: str, language: str, weight: float) -> _Found:
    """Count one stem in text and names."""
    passages, counts = snapshot.text_counts(f"body_{language}", stem)
    in_text, said = _by_article(snapshot, passages, counts)
    in_names, named = _by_article(snapshot, *snapshot.text_counts(f"name_{language}", stem))
    if not len(in_names):
        worth = np.full(len(in_text), weight)
        return _Found(in_text, said, np.zeros(len(in_text)), worth, passages, counts)
    articles = in_any([in_text, in_names])
    whole, names = np.zeros((2, len(articles)))
    whole[np.searchsorted(articles, in_text)] = said
    at = np.searchsorted(articles, in_names)
    whole[at] += NAME_COUNTS * named
    names[at] = named
    return _Found(articles, whole, names, np.full(len(articles), weight), passages, counts)


def _by_article(snapshot: "Snapshot", passages: Numbers, counts: Array) -> tuple[Numbers, Array]:
    """Return living articles, ascending, with the sums of their passages' counts."""
    if not len(passages):
        return passages, counts
    owners = snapshot.owners[passages]
    begins = firsts(owners)
    articles = owners[begins]
    sums = np.add.reduceat(counts, begins)
    if snapshot.is_whole:
        return articles, sums
    kept = snapshot.alive[articles]
    return articles[kept], sums[kept]


def _norms(snapshot: "Snapshot", language: str) -> tuple[Array, Array, Array]:
    """Return the length norms of BM25: of articles, of names, of passages."""
    known = snapshot.norms.get(language)
    if known is None:
        passages = snapshot.field_lengths(f"body_{language}")
        names = np.bincount(
            snapshot.owners,
            snapshot.field_lengths(f"name_{language}"),
            minlength=len(snapshot.entries),
        )
        bodies = np.bincount(snapshot.owners, passages, minlength=len(snapshot.entries))
        mask = snapshot.in_language(language)
        whole = bodies + NAME_COUNTS * names
        known = (
            _norm(whole, whole[mask].mean(), LENGTH_SHARE),
            _norm(names, names[mask].mean(), NAME_LENGTH_SHARE),
            _norm(passages, passages[mask[snapshot.owners]].mean(), LENGTH_SHARE),
        )
        snapshot.norms[language] = known
    return known


def _norm(lengths: npt.NDArray[Any], average: float, share: float) -> Array:
    return SATURATION * (1.0 - share + share * lengths / max(float(average), 1.0))


def _saturated(counts: Array, norm: Array) -> Array:
    return counts * (SATURATION + 1.0) / (counts + norm)
