"""Search: retrieve by keywords and by meaning, fuse, judge, and show why as little as needed.

Customers and `kb evaluate` go through the same ranking. Without a model, without vectors or
with a damaged index it still answers with what there is, and says what is missing.
"""

import re
import time
import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import numpy as np

from search.analysis import analyzer, language_of
from search.confidence import (
    Quotation,
    Signs,
    confidence,
    is_answer,
    is_weak,
    keyword_confidence,
)
from search.evidence import Alignment
from search.fusion import KEYWORD_ONLY, fuse, normalise, signals, weigh
from search.keyword import IndexDamaged, IndexMissing, KeywordIndex
from search.results import Facets, Hit, Mode, Results
from search.semantic import EmbeddingUnavailable, LazyEncoder, VectorIndex, Vectors, VectorsDamaged
from search.snapshot import Array, KeywordScores, Mask, Numbers, Snapshot
from search.snippets import highlight, snippet
from search.suggestions import Suggestion, Suggestions

MAX_QUERY_CHARACTERS = 1_000
MAX_QUERY_TERMS = 48
CANDIDATE_SHARE = 0.2  # of the best score: what is worse is no result, only a distant neighbour
SPOKEN_SHARE = 0.3  # of the best keyword score: what says the words is a result in any case
RELEVANT_SHARE = 0.45  # of the best by score, or by words and coverage: the worse only counts
ALWAYS_SHOWN = 5  # among the first few,
ALWAYS_SHOWN_BY_WORDS = 10  # more where words alone speak, whose scores fall steeply
MAX_CANDIDATES = 100
MAX_FOREIGN_HITS = 3
FOREIGN_LEAD = 0.01  # cosine by which another language must be nearer to lead,
SURER = 0.2  # or confidence, as where it alone has the word that was typed
MIN_KNOWN_SHARE = 0.5  # with fewer vectors than this, meaning would favour what happens to be done
REMEMBERED_QUERIES = 512

_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")  # what a server leaves of an address that is no text


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
    mode: Mode
    degraded: str | None
    terms: Mapping[str, Sequence[str]]  # by language
    weights: Mapping[str, Mapping[str, float]]  # of the terms, by language


@dataclass(frozen=True, slots=True)
class _Group:
    """The articles of one language, ranked among themselves."""

    scores: Array
    eligible: Mask
    keyword: KeywordScores
    strength: float
    confidence: float
    always_shown: int = ALWAYS_SHOWN_BY_WORDS


@dataclass(slots=True)
class _Clock:
    """Milliseconds by stage."""

    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            spent = (time.perf_counter() - begin) * 1000.0
            self.stages[name] = self.stages.get(name, 0.0) + spent


class SearchEngine:
    """Read-only: any number of threads and processes may search one index."""

    def __init__(
        self,
        index: KeywordIndex,
        vectors_path: Path | None = None,
        encoder: LazyEncoder | None = None,
        *,
        floors: Mapping[str, float] | None = None,
    ) -> None:
        """Join the two retrievers; without an encoder, keywords alone answer."""
        self.index = index
        self.encoder = encoder
        self._vectors_path = vectors_path
        self._floors = dict(floors or {})
        self._snapshot: Snapshot | None = None
        self._vectors: VectorIndex | None = None
        self._vectors_stamp: tuple[int, int] | None = None
        self._alignment: Alignment | None = None
        self._aligning = Lock()
        self._completing: tuple[Snapshot, dict[str, Suggestions]] | None = None
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()

    def search(
        self,
        query: str,
        *,
        locale: str,
        limit: int = 10,
        offset: int = 0,
        category: str | None = None,
        kind: str | None = None,
        mode: Mode | None = None,
    ) -> Results:
        """Answer a query typed by a visitor who reads `locale`; never raises for any text."""
        clock = _Clock()
        text = tidy(query)
        try:
            snapshot, trouble = self.snapshot()
        except (IndexMissing, IndexDamaged) as error:
            return Results(text, (), 0, Mode.KEYWORD, degraded=f"{type(error).__name__}: {error}")
        if not text or not len(snapshot):
            return Results(text, (), 0, Mode.KEYWORD, degraded=trouble)
        ranking = self.rank(snapshot, text, locale=locale, mode=mode, clock=clock)
        with clock.stage("facets"):
            facets, order = _filter(snapshot, ranking.order, category, kind)
        with clock.stage("snippet"):
            shown = order[max(offset, 0) : max(offset, 0) + max(limit, 0)]
            weak = self._is_weak(ranking.confidence, language_of(locale))
            answered = not weak and offset <= 0 and _has_answer(snapshot, ranking, order)
            hits = tuple(
                _hit(snapshot, ranking, number, locale, is_quoted=answered and not rank)
                for rank, number in enumerate(shown)
            )
        return Results(
            query=text,
            hits=hits,
            total=len(order),
            mode=ranking.mode,
            degraded=trouble or ranking.degraded,
            confidence=ranking.confidence,
            weak=weak,
            facets=facets,
            timings=clock.stages,
            has_answer=answered,
        )

    def suggest(self, typed: str, *, locale: str, limit: int = 6) -> list[Suggestion]:
        """Complete what is being typed with titles and known questions of one language."""
        try:
            snapshot, _ = self.snapshot()
        except (IndexMissing, IndexDamaged):
            return []
        language = language_of(locale)
        with self._aligning:
            if self._completing is None or self._completing[0] is not snapshot:
                self._completing = (snapshot, {})
            completions = self._completing[1]
        found = completions.get(language)
        if found is None:
            found = completions[language] = _suggestions(snapshot, language)
        return found.complete(tidy(typed), limit)

    def related(self, document_id: str, *, limit: int = 4) -> list[str]:
        """Return the ids of articles nearest in meaning, in the same language, nearest first."""
        try:
            snapshot, _ = self.snapshot()
        except (IndexMissing, IndexDamaged):
            return []
        number = snapshot.by_id.get(document_id)
        if number is None:
            return []
        language = snapshot.entries[number].language
        try:
            near = self.alignment(snapshot).nearness(number)
        except EmbeddingUnavailable:
            near = snapshot.score(
                query_terms(snapshot.entries[number].title, language), language
            ).articles
        near = np.where(snapshot.in_language(language), near, -1.0)
        near[number] = -1.0
        order = np.argsort(-near, kind="stable")[:limit]
        return [snapshot.entries[each].document_id for each in order.tolist() if near[each] > 0.0]

    def snapshot(self) -> tuple[Snapshot, str | None]:
        """Return the newest readable state, and what is wrong if it is an older one."""
        try:
            self._snapshot = self.index.snapshot()
        except (IndexMissing, IndexDamaged) as error:
            if self._snapshot is None:
                raise
            return self._snapshot, f"{type(error).__name__}: {error}"
        return self._snapshot, None

    def rank(
        self,
        snapshot: Snapshot,
        text: str,
        *,
        locale: str,
        only: str | None = None,
        mode: Mode | None = None,
        clock: _Clock | None = None,
    ) -> Ranking:
        """Rank articles for a tidy query; `only` keeps to one language, `mode` to one retriever."""
        clock = clock or _Clock()
        own = language_of(locale)
        languages = [language_of(only)] if only else _own_first(own, snapshot.languages)
        with clock.stage("keyword"):
            terms = {name: query_terms(text, name) for name in languages}
            keyword = {name: snapshot.score(terms[name], name) for name in languages}
        cosines, degraded = self._cosines(snapshot, text, mode, clock)
        if cosines is None:
            mode = Mode.KEYWORD
        with clock.stage("fuse"):
            groups = {
                name: _group(snapshot, keyword[name], cosines, name, own=own, mode=mode)
                for name in languages
            }
            weak = self._is_weak(groups[own].confidence, own) if own in groups else False
            readable = snapshot.readable_in(own)
            order, scores, sure = _merge(groups, own, readable, is_own_weak=weak)
        best_cosine = np.maximum(cosines[0], cosines[1]) if cosines else np.zeros(len(scores))
        return Ranking(
            order=order,
            scores=scores,
            keyword=sum((keyword[name].articles for name in languages), np.zeros(len(scores))),
            semantic=best_cosine,
            passage_keyword=sum(
                (keyword[name].passages for name in languages), np.zeros(snapshot.passage_count)
            ),
            passage_semantic=cosines[2] if cosines else None,
            confidence=sure,
            mode=mode or Mode.HYBRID,
            degraded=degraded,
            terms=terms,
            weights={name: keyword[name].weights for name in languages},
        )

    def alignment(self, snapshot: Snapshot) -> Alignment:
        """Return the vectors beside a snapshot; raises EmbeddingUnavailable."""
        if self._vectors_path is None or self.encoder is None:
            raise EmbeddingUnavailable("semantic search is off")
        vectors = self._load_vectors(self._vectors_path)
        if vectors.model != self.encoder.name:
            raise EmbeddingUnavailable(f"vectors are of {vectors.model}, not {self.encoder.name}")
        with self._aligning:
            known = self._alignment
            if known is None or known.snapshot is not snapshot or known.vectors is not vectors:
                known = self._alignment = Alignment(snapshot, vectors)
        if known.known < MIN_KNOWN_SHARE * known.expected:
            raise EmbeddingUnavailable(f"{known.known} of {known.expected} passages are encoded")
        return known

    def _is_weak(self, sure: float, language: str) -> bool:
        return is_weak(sure, language, self._floors)

    def _load_vectors(self, path: Path) -> VectorIndex:
        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp != self._vectors_stamp or self._vectors is None:
                self._vectors = VectorIndex.load(path)
                self._vectors_stamp = stamp
        except FileNotFoundError as error:
            raise EmbeddingUnavailable("no vectors yet") from error
        except VectorsDamaged as error:
            raise EmbeddingUnavailable(str(error)) from error
        return self._vectors

    def _cosines(
        self, snapshot: Snapshot, text: str, mode: Mode | None, clock: _Clock
    ) -> tuple[tuple[Array, Array, Array] | None, str | None]:
        if mode is Mode.KEYWORD:
            return None, None
        if self.encoder is None:
            return None, None  # turned off on purpose: nothing is missing
        try:
            encoder = self.encoder.get()
            aligned = self.alignment(snapshot)
            with clock.stage("encode"):
                vector = self._remembered.get(text)
                if vector is None:
                    vector = encoder.encode_query(text)
                    self._remember(text, vector)
        except EmbeddingUnavailable as error:
            return None, str(error)
        with clock.stage("semantic"):
            return aligned.similarities(vector), None

    def _remember(self, text: str, vector: Vectors) -> None:
        self._remembered[text] = vector
        while len(self._remembered) > REMEMBERED_QUERIES:
            self._remembered.popitem(last=False)


def tidy(query: str) -> str:
    """Return a query as one line of printable text, cut where no question goes."""
    text = _BYTES.sub(_readable, query[:MAX_QUERY_CHARACTERS])
    text = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return re.sub(r"\s+", " ", kept).strip()


def _readable(found: re.Match[str]) -> str:
    """Leave out escaped bytes that are no text: nobody typed their numbers."""
    escaped = found.group()
    try:
        bytes.fromhex(escaped.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return " "
    return escaped


def query_terms(text: str, language: str) -> list[str]:
    """Return a query's stems; stop words only where there is nothing else."""
    chain = analyzer(language)
    terms = chain.terms(text) or chain.terms(text, keep_stop_words=True)
    return terms[:MAX_QUERY_TERMS]


def _suggestions(snapshot: Snapshot, language: str) -> Suggestions:
    mask = snapshot.in_language(language)
    return Suggestions(
        (
            (entry.document_id, entry.address, entry.labels)
            for entry, written in zip(snapshot.entries, mask, strict=True)
            if written and entry.labels
        ),
        locale=language,
    )


def _own_first(own: str, languages: Sequence[str]) -> list[str]:
    return [own, *(name for name in languages if name != own)]


def _group(
    snapshot: Snapshot,
    keyword: KeywordScores,
    cosines: tuple[Array, Array, Array] | None,
    language: str,
    *,
    own: str,
    mode: Mode | None,
) -> _Group:
    """Rank the articles of one language among themselves."""
    eligible = snapshot.in_language(language)
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
    scores = fuse(keyword.articles, passages, labels, eligible, weights)
    if not eligible.any():
        return _Group(scores, eligible, keyword, 0.0, 0.0)
    covered = float(keyword.coverage[eligible].max())
    if cosines is None:
        return _Group(scores, eligible, keyword, covered, keyword_confidence(covered))
    nearest = np.where(eligible, np.maximum(passages, labels), -1.0)
    best = int(np.where(eligible, scores, -1.0).argmax())
    signs = Signs(
        similarity=float(nearest.max()),
        coverage=float(keyword.coverage[best]),
        agreement=float(normalise(keyword.articles, eligible)[int(nearest.argmax())]),
    )
    return _Group(
        scores,
        eligible,
        keyword,
        signs.similarity,
        confidence(signs),
        ALWAYS_SHOWN_BY_WORDS if weights == KEYWORD_ONLY else ALWAYS_SHOWN,
    )


def _merge(
    groups: Mapping[str, _Group], own: str, readable: Numbers, *, is_own_weak: bool
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


def _best(group: _Group) -> Numbers:
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


def _filter(
    snapshot: Snapshot, order: Numbers, category: str | None, kind: str | None
) -> tuple[Facets, list[int]]:
    """Apply the filters; each facet counts under the other filter, not under its own."""
    categories: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    kept: list[int] = []
    for number in order.tolist():
        entry = snapshot.entries[number]
        under = {entry.category, *entry.ancestors} - {""}
        in_category = category is None or category in under
        of_kind = kind is None or entry.kind == kind
        if of_kind:
            categories.update(under)
        if in_category and entry.kind:
            kinds[entry.kind] += 1
        if in_category and of_kind:
            kept.append(number)
    return Facets(dict(categories), dict(kinds)), kept


def _hit(snapshot: Snapshot, ranking: Ranking, number: int, locale: str, *, is_quoted: bool) -> Hit:
    entry = snapshot.entries[number]
    terms = ranking.terms.get(entry.language, ())
    anchor, path, text = snapshot.passage(_best_passage(snapshot, ranking, number))
    return Hit(
        document_id=entry.document_id,
        locale=entry.locale,
        title=entry.title,
        score=float(ranking.scores[number]),
        anchor=anchor,
        path=path,
        snippet=snippet(text, terms, entry.language, is_quotation=is_quoted),
        keyword_score=float(ranking.keyword[number]),
        semantic_score=float(ranking.semantic[number]),
        is_other_locale=entry.language != language_of(locale),
        title_html=highlight(entry.title, terms, entry.language),
        category=entry.category,
        kind=entry.kind,
    )


def _has_answer(snapshot: Snapshot, ranking: Ranking, order: Sequence[int]) -> bool:
    """Tell whether the best passage of the first article may be quoted as the answer."""
    if not order:
        return False
    best = float(ranking.scores[order[0]])
    second = float(ranking.scores[order[1]]) if len(order) > 1 else 0.0
    found = Quotation(
        said=_said(snapshot, ranking, order[0]),
        rival=min(second / max(best, 1e-9), 1.0),
        similarity=float(ranking.semantic[order[0]]),
        confidence=ranking.confidence,
    )
    return is_answer(found)


def _said(snapshot: Snapshot, ranking: Ranking, number: int) -> float:
    """Return which share of the query an article's best passage says under its heading.

    The lesser of the shares by number and by weight: a rare word alone is no answer.
    """
    language = snapshot.entries[number].language
    weights = ranking.weights.get(language, {})
    if not weights:
        return 0.0
    _, path, text = snapshot.passage(_best_passage(snapshot, ranking, number))
    spoken = set(analyzer(language).terms("\n".join([*path[-1:], text]), keep_stop_words=True))
    said = [weight for term, weight in weights.items() if term in spoken]
    return min(len(said) / len(weights), sum(said) / max(sum(weights.values()), 1e-9))


def _best_passage(snapshot: Snapshot, ranking: Ranking, number: int) -> int:
    """Choose the passage that both retrievers like best within its article."""
    span = snapshot.passages_of(number)
    keyword = ranking.passage_keyword[span.start : span.stop]
    merit = keyword / max(float(keyword.max()), 1e-9)
    if ranking.passage_semantic is not None:
        near = ranking.passage_semantic[span.start : span.stop]
        spread = max(float(near.max() - near.min()), 1e-9)
        merit = merit + (near - near.min()) / spread
    return span.start + int(merit.argmax())
