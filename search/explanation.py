"""Why does an article stand where it stands? What each evidence adds to its score.

The shares of an explanation add up to the score that the article was ranked by.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from search.analysis import analyzer
from search.arrays import Array
from search.fusion import NO_VECTOR, Shares
from search.ranking import Ranking
from search.reading.queries import Wanted
from search.scoring import KeywordScores
from search.snapshot import Snapshot

SAME = 1e-6  # of a score: sums of the same numbers in another order
MAX_FORMS = 3  # ways in which an article says one thing that are worth showing


class Evidence(StrEnum):
    """What a score is made of."""

    WORDS = "words"
    ORDER = "order"
    PASSAGE = "passage"
    LABEL = "label"
    EXACT = "exact"
    PHRASING = "phrasing"


@dataclass(frozen=True, slots=True)
class Share:
    """What one evidence adds to the score; `most` is what it adds to the article it likes best."""

    evidence: Evidence
    value: float
    most: float


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that the query asks for, and how the article says it.

    `points` are those of BM25, in the text and in the names together; 0 where it says nothing.
    """

    typed: str
    said: tuple[str, ...]
    rarity: float  # inverse document frequency: 0 where every article says it
    points: float
    is_in_name: bool


@dataclass(frozen=True, slots=True)
class Label:
    """The title, known question or line of an article that is nearest to the query."""

    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article has its score."""

    score: float
    shares: tuple[Share, ...]  # the largest first, none of nothing
    words: tuple[Word, ...]  # the most telling first
    keyword_points: float
    passage_similarity: float | None  # cosine of its best passage; None where it has no vector
    label: Label | None
    named: tuple[str, ...]  # what was typed exactly and the article holds
    phrasing: str | None  # the voted question that lifted it
    ranked_as: str | None  # language of the translation whose text was found instead of this one


class Explainer:
    """Explains the places of one ranking."""

    def __init__(self, snapshot: Snapshot, ranking: Ranking) -> None:
        """Take the ranking, made on this very snapshot."""
        self._snapshot = snapshot
        self._ranking = ranking
        self._scores: dict[tuple[str, Wanted], KeywordScores] = {}

    def explain(self, number: int, label: Label | None = None) -> Explanation:
        """Explain the place of an article; `label` is the nearest one of its `source`."""
        snapshot, ranking = self._snapshot, self._ranking
        found = source(snapshot, ranking, number)
        return Explanation(
            score=float(ranking.scores[number]),
            shares=tuple(sorted(_shares(snapshot, ranking, found), key=lambda each: -each.value)),
            words=tuple(sorted(self._words(found), key=lambda each: -each.points)),
            keyword_points=float(ranking.keyword[found]),
            passage_similarity=_passage_similarity(snapshot, ranking, found),
            label=label,
            named=tuple(self._named(found)),
            phrasing=ranking.said_as.get(found),
            ranked_as=snapshot.entries[found].language if found != number else None,
        )

    def _named(self, number: int) -> Iterator[str]:
        question = self._ranking.question
        asked = question.asked.get(self._snapshot.entries[number].language) if question else None
        for thing, held in asked.named if asked else ():
            if number in held:
                yield thing.typed

    def _words(self, number: int) -> Iterator[Word]:
        snapshot, question = self._snapshot, self._ranking.question
        language = snapshot.entries[number].language
        typed = _surfaces(question.text if question else "", language)
        surfaces = _surfaces("\n".join(_texts(snapshot, number)), language)
        for wanted, rarity in self._ranking.weights.get(language, {}).items():
            scores = self._scored(wanted, language)
            points = float(scores.articles[number])
            yield Word(
                typed=_named(wanted.typed, typed),
                said=tuple(_said(wanted, surfaces)) if points > 0.0 else (),
                rarity=rarity,
                points=points,
                is_in_name=bool(scores.name_coverage[number] > 0.0),
            )

    def _scored(self, wanted: Wanted, language: str) -> KeywordScores:
        """Score one thing alone, once: what the query scores is the sum over its things."""
        key = (language, wanted)
        if key not in self._scores:
            self._scores[key] = self._snapshot.score([wanted], language)
        return self._scores[key]


def source(snapshot: Snapshot, ranking: Ranking, number: int) -> int:
    """Return the article whose evidence made the score: itself, or its translation.

    What another language answers better is shown in the visitor's own, with the other's score.
    """
    score = float(ranking.scores[number])
    entry = snapshot.entries[number]
    for candidate in (number, *_twins(snapshot, entry.article)):
        if abs(sum(each.value for each in _shares(snapshot, ranking, candidate)) - score) < SAME:
            return candidate
    return number


def _twins(snapshot: Snapshot, article: str) -> Iterator[int]:
    for number, entry in enumerate(snapshot.entries):
        if article and entry.article == article and snapshot.alive[number]:
            yield number


def _shares(snapshot: Snapshot, ranking: Ranking, number: int) -> Iterator[Share]:
    language = snapshot.entries[number].language
    shares = ranking.shares.get(language)
    written = snapshot.in_language(language)
    scale = 1.0  # what exact things add leaves less of one to the others
    if ranking.exact is not None:
        most = float(ranking.exact[written].max(initial=0.0))
        scale = 1.0 - most
        yield from _share(Evidence.EXACT, float(ranking.exact[number]), most)
    for evidence, values in _by_evidence(shares).items():
        most = float(values[written].max(initial=0.0))
        yield from _share(evidence, scale * float(values[number]), scale * most)
    if ranking.lift is not None:
        most = float(ranking.lift[written].max(initial=0.0))
        yield from _share(Evidence.PHRASING, float(ranking.lift[number]), most)


def _by_evidence(shares: Shares | None) -> Mapping[Evidence, Array]:
    if shares is None:
        return {}
    return {
        Evidence.WORDS: shares.keyword,
        Evidence.ORDER: shares.order,
        Evidence.PASSAGE: shares.passages,
        Evidence.LABEL: shares.labels,
    }


def _share(evidence: Evidence, value: float, most: float) -> Iterator[Share]:
    """Yield a share, unless no article has any of this evidence."""
    if most > 0.0:
        yield Share(evidence, value, most)


def _texts(snapshot: Snapshot, number: int) -> Iterator[str]:
    entry = snapshot.entries[number]
    yield from entry.labels
    for passage in snapshot.passages_of(number):
        _, path, text = snapshot.passage(passage)
        yield from (*path, text)


def _surfaces(text: str, language: str) -> dict[str, list[str]]:
    """Return how a text writes each of its stems, each way once."""
    found: dict[str, list[str]] = {}
    for term in analyzer(language).analyse(text, keep_stop_words=True):
        ways = found.setdefault(term.text, [])
        written = text[term.start : term.end].lower()
        if written not in ways:
            ways.append(written)
    return found


def _named(stems: Iterable[str], surfaces: Mapping[str, list[str]]) -> str:
    return " ".join(surfaces.get(stem, [stem])[0] for stem in stems)


def _said(wanted: Wanted, surfaces: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the words of an article that say a thing, in any of its forms."""
    ways = [
        way
        for form in wanted.forms
        if all(stem in surfaces for stem in form.stems)
        for way in (
            surfaces[form.stems[0]] if len(form.stems) == 1 else [_named(form.stems, surfaces)]
        )
    ]
    yield from list(dict.fromkeys(ways))[:MAX_FORMS]


def _passage_similarity(snapshot: Snapshot, ranking: Ranking, number: int) -> float | None:
    if ranking.passage_semantic is None:
        return None
    span = snapshot.passages_of(number)
    best = float(ranking.passage_semantic[span.start : span.stop].max())
    return best if best > NO_VECTOR else None
