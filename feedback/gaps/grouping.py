"""Unanswered questions, grouped by meaning: pure calculation over what visitors asked.

Two wordings are near by the cosine of their vectors, less what all texts of a language share, mixed
with the words they share; across languages by the vectors alone. Groups are made by average linkage.
Without vectors, words and their pieces must do, within each language.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from feedback.outcomes import Outcome
from search.analysis import analyzer

Matrix = npt.NDArray[np.float64]
Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""texts -> vectors [len(texts), dimensions]"""

# Chosen on banking77 (77 intents) and on a bilingual list of customer questions: the adjusted Rand
# index is flat from .20 to .25; lower merges neighbours, higher splits a topic.
NEAR_BY_MEANING = 0.225
NEAR_BY_WORDS = 0.15
WORDS_WEIGHT = 0.3
MIN_FOR_MEAN = 20  # texts of a language from which its mean vector says something
MAX_WORDINGS = 3_000  # the distances between them take 8 bytes each pair
MIN_UNANSWERED = 1 / 3  # a question that two in three get answered asks for a better article
CERTAIN = 2 / 3  # share of a gap's searches that must have gone the same way to name a cause


class Diagnosis(StrEnum):
    """Why a question went unanswered, where the outcomes leave no doubt."""

    NOTHING_RELEVANT = "nothing-relevant"
    NOT_OPENED = "not-opened"
    DID_NOT_HELP = "did-not-help"


_CAUSES = {
    Diagnosis.NOTHING_RELEVANT: {Outcome.NO_RESULT, Outcome.WEAK},
    Diagnosis.NOT_OPENED: {Outcome.NO_CLICK, Outcome.REFORMULATED},
    Diagnosis.DID_NOT_HELP: {Outcome.OPENED, Outcome.ESCALATED},
}


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An intent that was not answered. `shown`: translations that the search gave, best first."""

    query: str
    normalised: str
    locale: str
    visitor: str
    outcome: Outcome
    shown: tuple[int, ...]
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that customers ask and do not get answered.

    `name`: its most central wording in the language that asked most. `visitors_before`: how many asked
    it before the period that is reported. `answered`: intents in the same words that did find an
    answer. `queries`: every wording, the most asked first. `nearest`: the translation that searches
    showed first most often, None if they showed none.
    """

    name: str
    locale: str
    visitors: int
    visitors_before: int
    intents: int
    answered: int
    outcomes: Mapping[Outcome, int]
    languages: tuple[str, ...]
    queries: tuple[str, ...]
    nearest: int | None
    first_seen: datetime
    last_seen: datetime
    diagnosis: Diagnosis | None

    @property
    def unanswered_share(self) -> float:
        """Return which part of those who asked in these words got no answer."""
        return self.intents / (self.intents + self.answered)


@dataclass(frozen=True, slots=True)
class _Wording:
    """All the intents that ask in the same words."""

    text: str
    locale: str
    intents: tuple[Unanswered, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Return what all its intents have in common."""
        return self.locale, self.intents[0].normalised


def find_gaps(
    unanswered: Iterable[Unanswered],
    encode: Encode | None = None,
    background: Mapping[str, Sequence[str]] | None = None,
    *,
    since: datetime | None = None,
    answered: Mapping[tuple[str, str], int] | None = None,
) -> list[Gap]:
    """Group intents by meaning; those that the most visitors asked come first.

    Intents before `since` only say how many visitors asked before; they make no gap by themselves.
    `answered`: how many intents of each (locale, normalised) found an answer: a group of which less
    than a third did not is no gap.
    `background`: texts of each language (titles, known questions) that show what its vectors have in
    common. The same intents in any order give the same gaps. Beyond `MAX_WORDINGS` different wordings,
    the least asked are left out.
    """
    wordings = _wordings(unanswered)[:MAX_WORDINGS]
    if not wordings:
        return []
    nearness, floor = _nearness(wordings, encode, background or {})
    labels = cluster(nearness, floor)
    found = [
        _gap(
            [wordings[each] for each in members],
            nearness[np.ix_(members, members)],
            since,
            answered or {},
        )
        for label in range(labels.max() + 1)
        if (members := np.flatnonzero(labels == label).tolist())
    ]
    gaps = [gap for gap in found if gap is not None and gap.unanswered_share >= MIN_UNANSWERED]
    return sorted(gaps, key=lambda gap: (-gap.visitors, -gap.intents, gap.name, gap.locale))


def _wordings(unanswered: Iterable[Unanswered]) -> list[_Wording]:
    groups: dict[tuple[str, str], list[Unanswered]] = {}
    for each in unanswered:
        groups.setdefault((each.locale, each.normalised), []).append(each)
    wordings = [
        _Wording(_commonest(each.query for each in group), locale, tuple(group))
        for (locale, _), group in sorted(groups.items())
    ]
    return sorted(wordings, key=lambda each: -len(each.intents))


def _commonest(texts: Iterable[str]) -> str:
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))


def cluster(nearness: Matrix, floor: float) -> npt.NDArray[np.int64]:
    """Label rows so that the members of a group are near each other by at least `floor` on average."""
    if len(nearness) == 1:
        return np.zeros(1, dtype=np.int64)
    # The library takes a second to import: only who asks for a report pays for it.
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415

    model = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - floor, metric="precomputed", linkage="average"
    )
    labels: npt.NDArray[np.int64] = model.fit_predict(np.clip(1 - nearness, 0, 2))
    return labels


def _nearness(
    wordings: Sequence[_Wording],
    encode: Encode | None,
    background: Mapping[str, Sequence[str]],
) -> tuple[Matrix, float]:
    """Return how near each pair of wordings is, and the floor above which they mean the same."""
    locales = np.array([each.locale for each in wordings])
    same_language = locales[:, None] == locales[None, :]
    words = np.where(same_language, _by_words(wordings), 0.0)
    if encode is None or not _has_enough(locales, background):
        return words, NEAR_BY_WORDS
    meaning = _by_meaning(wordings, locales, encode, background)
    mixed = (1 - WORDS_WEIGHT) * meaning + WORDS_WEIGHT * words
    return np.where(same_language, mixed, meaning), NEAR_BY_MEANING


def _has_enough(locales: npt.NDArray[np.str_], background: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether each language has texts enough to know what its vectors have in common."""
    counts = Counter(locales.tolist())
    return all(counts[each] + len(background.get(each, ())) >= MIN_FOR_MEAN for each in counts)


def _by_meaning(
    wordings: Sequence[_Wording],
    locales: npt.NDArray[np.str_],
    encode: Encode,
    background: Mapping[str, Sequence[str]],
) -> Matrix:
    """Return cosines of the vectors less their language's mean, which aligns languages as well."""
    vectors = np.asarray(encode([each.text for each in wordings]), dtype=np.float64)
    for locale in sorted(set(locales.tolist())):
        own = locales == locale
        common = [vectors[own]]
        if texts := background.get(locale):
            common.append(np.asarray(encode(texts), dtype=np.float64))
        vectors[own] -= np.concatenate(common).mean(axis=0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    cosines: Matrix = vectors @ vectors.T
    return cosines


def _by_words(wordings: Sequence[_Wording]) -> Matrix:
    """Return the mean of two TF-IDF cosines: over stems, and over pieces of 3 and 4 letters."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  (as above)

    texts = [_stems(each) for each in wordings]
    total = np.zeros((len(texts), len(texts)))
    for options in (
        {"token_pattern": r"\S+"},
        {"analyzer": "char_wb", "ngram_range": (3, 4)},
    ):
        rows = TfidfVectorizer(sublinear_tf=True, lowercase=False, **options).fit_transform(texts)
        total += (rows @ rows.T).toarray() / 2
    return total


def _stems(wording: _Wording) -> str:
    stems = analyzer(wording.locale).asked_terms(wording.text)
    return " ".join(stems) or wording.text or "?"


def _gap(
    wordings: Sequence[_Wording],
    nearness: Matrix,
    since: datetime | None,
    answered: Mapping[tuple[str, str], int],
) -> Gap | None:
    everything = [intent for each in wordings for intent in each.intents]
    intents = [each for each in everything if since is None or each.asked_at >= since]
    if not intents:
        return None
    asked = Counter((each.locale, each.normalised) for each in intents)
    outcomes = Counter(each.outcome for each in intents)
    counts = Counter(each.locale for each in intents)
    languages = sorted(counts, key=lambda each: (-counts[each], each))
    weights = np.array([asked[each.key] for each in wordings], dtype=np.float64)
    may_name = np.array([each.locale == languages[0] for each in wordings]) & (weights > 0)
    central = wordings[_most_central(nearness, weights, may_name)]
    return Gap(
        name=central.text,
        locale=central.locale,
        visitors=len({each.visitor for each in intents}),
        visitors_before=len(
            {each.visitor for each in everything if since and each.asked_at < since}
        ),
        intents=len(intents),
        answered=sum(answered.get(each.key, 0) for each in wordings),
        outcomes={each: outcomes[each] for each in Outcome if outcomes[each]},
        languages=tuple(languages),
        queries=tuple(each.text for each in wordings if asked[each.key]),
        nearest=_nearest(intents),
        first_seen=min(each.asked_at for each in intents),
        last_seen=max(each.asked_at for each in intents),
        diagnosis=diagnose(outcomes),
    )


def _most_central(
    nearness: Matrix, weights: npt.NDArray[np.float64], may_name: npt.NDArray[np.bool_]
) -> int:
    """Return the wording, of those that may name the gap, that is nearest to all that was asked."""
    # Rounded, so that the order of additions cannot decide between equals.
    centrality = np.round(nearness @ weights, 9)
    return int(np.argmax(np.where(may_name, centrality, -np.inf)))


def _nearest(intents: Iterable[Unanswered]) -> int | None:
    firsts = Counter(each.shown[0] for each in intents if each.shown)
    return min(firsts, key=lambda each: (-firsts[each], each), default=None)


def diagnose(outcomes: Mapping[Outcome, int]) -> Diagnosis | None:
    """Name the cause when two thirds of the searches went the same way, else None."""
    total = sum(outcomes.values())
    for diagnosis, causes in _CAUSES.items():
        if total and sum(outcomes.get(each, 0) for each in causes) / total >= CERTAIN:
            return diagnosis
    return None
