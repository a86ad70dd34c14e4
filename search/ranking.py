"""The ranking of articles for one query: each language among itself, then one list of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from search.arrays import Array, Mask, Numbers
from search.confidence import Signs, WordSigns, confidence, keyword_confidence, words_chance
from search.fusion import KEYWORD_ONLY, Evidence, Shares, fuse, of_best, signals, weigh
from search.neighbours import said_together
from search.reading.asking import Asked, Question
from search.reading.queries import Wanted
from search.results import Mode
from search.scoring import KeywordScores
from search.snapshot import Snapshot

CANDIDATE_SHARE = 0.2  # of the best score: what is worse is no result, only a distant neighbour
SPOKEN_SHARE = 0.3  # of the best keyword score: what says the words is a result in any case
RELEVANT_SHARE = 0.45  # of the best by score, or by words and coverage: the worse only counts
ALWAYS_SHOWN = 5  # among the first few,
ALWAYS_SHOWN_BY_WORDS = 10  # more where words alone speak, whose scores fall steeply
MAX_CANDIDATES = 100
MAX_FOREIGN_HITS = 3
FOREIGN_LEAD = 0.01  # cosine by which another language must be nearer to lead,
FEW_ARTICLES = 3  # fewer tell nothing of how rare a word is
SURER = 0.2  # or confidence, as where it alone has the word that was typed


@dataclass(frozen=True, slots=True)
class Ranking:
    """Articles by descending score; the arrays hold every article of the snapshot."""

    order: Numbers
    scores: Array
    keyword: Array
    semantic: Array
    passage_keyword: Array
    passage_semantic: Array | None
    confidence: float
    chance: float  # that the first article answers: the confidence, unless words alone speak
    mode: Mode
    degraded: str | None
    terms: Mapping[str, Sequence[str]]  # stems to be lit, by language
    weights: Mapping[str, Mapping[Wanted, float]]  # of what the query asks for, by language
    lift: Array | None = None  # what phrasings have added to the scores
    said_as: Mapping[int, str] = field(default_factory=dict)  # the phrasing that says most
    exact: Array | None = None  # of the scores, what exact things have added
    question: Question | None = None  # the query as it was read
    shares: Mapping[str, Shares] = field(default_factory=dict)  # of each evidence, by language


@dataclass(frozen=True, slots=True)
class Group:
    """The articles of one language, ranked among themselves."""

    scores: Array
    eligible: Mask
    keyword: KeywordScores
    strength: float
    confidence: float
    always_shown: int = ALWAYS_SHOWN_BY_WORDS
    exact: Array | None = None
    shares: Shares | None = None
    chance: float | None = None  # that the first article answers; None where that is the confidence


def own_first(own: str, languages: Sequence[str]) -> list[str]:
    """Return the languages with the visitor's own in front."""
    return [own, *(name for name in languages if name != own)]


def rank_language(
    snapshot: Snapshot,
    keyword: KeywordScores,
    cosines: tuple[Array, Array, Array] | None,
    language: str,
    *,
    own: str,
    mode: Mode | None,
    asked: Asked | None = None,
) -> Group:
    """Rank the articles of one language among themselves."""
    eligible = snapshot.in_language(language)
    if asked is not None and asked.among is not None:
        eligible = eligible & asked.among
    passages, labels = cosines[:2] if cosines else (keyword.articles, keyword.articles)
    if mode is Mode.KEYWORD or cosines is None:
        weights = KEYWORD_ONLY
    else:
        found = np.where(eligible, keyword.articles, -1.0)
        spoken = float(keyword.coverage[int(found.argmax())]) if eligible.any() else 0.0
        weights = weigh(
            signals(passages, labels, eligible, coverage=spoken, foreign=language != own)
        )
        if mode is Mode.SEMANTIC:
            weights = replace(weights, keyword=0.0)
    order = said_together(snapshot, asked.text, language, keyword.weights) if asked else None
    shares = fuse(Evidence(keyword.articles, order, passages, labels), eligible, weights)
    if not eligible.any():
        return Group(shares.total, eligible, keyword, 0.0, 0.0)
    scores, exact = put_first(shares.total, eligible, asked.exact if asked else None)
    best = int(np.where(eligible, scores, -1.0).argmax())
    lacks_code = asked is not None and asked.lacks_code
    if cosines is None:
        covered = float(keyword.coverage[eligible].max())
        said = _word_signs(keyword, eligible, best, lacks_code=lacks_code)
        return Group(
            scores,
            eligible,
            keyword,
            covered,
            keyword_confidence(covered),
            exact=exact,
            shares=shares,
            chance=words_chance(said),
        )
    nearest = np.where(eligible, np.maximum(passages, labels), -1.0)
    words = of_best(keyword.articles, eligible)
    signs = Signs(
        similarity=float(nearest.max()),
        coverage=float(keyword.coverage[best]),
        agreement=float(words[int(nearest.argmax())]),
        is_best_by_words=int(words.argmax()) == best,
        crowd=_share_of_third(scores[eligible]),
        lacks_code=lacks_code,
    )
    return Group(
        scores,
        eligible,
        keyword,
        signs.similarity,
        confidence(signs),
        ALWAYS_SHOWN_BY_WORDS if weights == KEYWORD_ONLY else ALWAYS_SHOWN,
        exact,
        shares,
    )


def _word_signs(
    keyword: KeywordScores, eligible: Mask, best: int, *, lacks_code: bool
) -> WordSigns:
    """Return what words alone tell of a list; nothing that was asked for is said by nobody."""
    asked = max(sum(keyword.weights.values()), 1e-9)
    words = np.sort(keyword.articles[eligible])[::-1]
    third = float(words[2]) if len(words) > 2 else 0.0
    # What one word weighs that no other article has, about.
    alone = float(np.log(max(int(eligible.sum()), FEW_ARTICLES)))
    return WordSigns(
        lead=(float(words[0]) - third) / asked,
        said=float(keyword.coverage[best]) * asked / alone,
        lacks_code=lacks_code,
    )


def _share_of_third(scores: Array) -> float:
    """Return the score of the third article as a share of the first's; 0 where there is none."""
    if len(scores) < 3:
        return 0.0
    first, third = np.sort(scores)[::-1][[0, 2]].tolist()
    return float(third / max(first, 1e-9))


def put_first(scores: Array, eligible: Mask, lift: Array | None) -> tuple[Array, Array | None]:
    """Lift what holds exact things; return the scores, 0..1 again, and what of them is lift."""
    if lift is None:
        return scores, None
    lift = np.where(eligible, lift, 0.0)
    scale = 1.0 + float(lift.max(initial=0.0))
    return (scores + lift) / scale, lift / scale


def exact_of(groups: Iterable[Group]) -> Array | None:
    """Return what exact things have added to the score of every article of all groups."""
    found = [group.exact for group in groups if group.exact is not None]
    return np.sum(found, axis=0) if found else None


def merge(
    groups: Mapping[str, Group], own: str, readable: Numbers, *, is_own_weak: bool
) -> tuple[Numbers, Array, float]:
    """Put the visitor's language first, and others before it only where they answer better.

    What another language finds is shown in the visitor's own where it exists there: `readable`
    gives each article's translation into it. Only what exists in no other way stays foreign.
    """
    first = groups.get(own) or next(iter(groups.values()))
    order = _best(first)
    scores = first.scores.copy()
    sure = first.confidence
    others = [group for group in groups.values() if group is not first and group.eligible.any()]
    if not others or (len(order) and not is_own_weak):
        return order, scores, sure
    group = max(others, key=lambda each: each.confidence)
    is_nearer = group.confidence > sure and group.strength > first.strength + FOREIGN_LEAD
    if not len(order) or is_nearer or group.confidence > sure + SURER:
        found = _best(group)[: MAX_FOREIGN_HITS if len(order) else MAX_CANDIDATES]
        ahead = readable[found]
        order = np.concatenate([ahead, order[~np.isin(order, ahead)]])
        scores[ahead] = group.scores[found]
        sure = max(sure, group.confidence)
    return order, scores, sure


def _best(group: Group) -> Numbers:
    """Return what answers, best first; the first few need only be candidates."""
    scores = np.where(group.eligible, group.scores, 0.0)
    words = np.where(group.eligible, group.keyword.articles, 0.0)
    coverage = np.where(group.eligible, group.keyword.coverage, 0.0)
    candidates = np.flatnonzero(
        _near_best(scores, CANDIDATE_SHARE) | _near_best(words, SPOKEN_SHARE)
    )
    order = candidates[np.argsort(-scores[candidates], kind="stable")][:MAX_CANDIDATES]
    relevant = _near_best(scores, RELEVANT_SHARE) | (
        _near_best(words, RELEVANT_SHARE) & _near_best(coverage, RELEVANT_SHARE)
    )
    return order[relevant[order] | (np.arange(len(order)) < group.always_shown)]


def _near_best(values: Array, share: float) -> Mask:
    near: Mask = values >= max(float(values.max(initial=0.0)) * share, 1e-9)
    return near
