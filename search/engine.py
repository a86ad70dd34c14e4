"""Search: retrieve by keywords and by meaning, fuse, judge, and show why as little as needed.

Customers and `kb evaluate` go through the same ranking. Without a model, without vectors or
with a damaged index it still answers with what there is, and says what is missing.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import numpy as np

from search.analysis import analyzer, language_of
from search.answers import Answers
from search.arrays import Array
from search.confidence import FOREIGN_SHARE, is_weak
from search.encoders import EmbeddingUnavailable, LazyEncoder, Vectors
from search.evidence import Alignment
from search.explanation import Explainer, Explanation, Label, source
from search.hits import has_answer, hit_of, is_sure, narrow
from search.keyword import IndexDamaged, IndexMissing, KeywordIndex
from search.passages import PUBLIC
from search.ranking import Group, Ranking, exact_of, merge, own_first, rank_language
from search.reading.asking import Question, read
from search.reading.queries import stems_of, tidy
from search.related import nearest
from search.results import Mode, Results
from search.snapshot import Snapshot
from search.suggestions import Suggestion, Suggestions
from search.taught.phrasings import PhrasingBook, Phrasings, lift, typical_cosine
from search.taught.synonyms import Rules, SynonymBook
from search.vectors import VectorIndex, VectorsDamaged

MIN_KNOWN_SHARE = 0.5  # with fewer vectors than this, meaning would favour what happens to be done
REMEMBERED_QUERIES = 512
UNKNOWN_WORD = "qzxwvq"  # that every part of a search has to look for


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
        synonyms: SynonymBook | None = None,
        phrasings: PhrasingBook | None = None,
    ) -> None:
        """Join the two retrievers; without an encoder, keywords alone answer."""
        self.index = index
        self.encoder = encoder
        self.synonyms = synonyms or SynonymBook(None)
        self.phrasings = phrasings or PhrasingBook(None)
        self._vectors_path = vectors_path
        self.floors: Mapping[str, float] = {} if floors is None else floors
        self._snapshot: Snapshot | None = None
        self._vectors: VectorIndex | None = None
        self._vectors_stamp: tuple[int, int] | None = None
        self._alignment: Alignment | None = None
        self._aligning = Lock()
        self._completing: tuple[Snapshot, dict[tuple[Snapshot, str], Suggestions]] | None = None
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._answers = Answers()
        self._prepared: Snapshot | None = None

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
        as_typed: bool = False,
        audiences: frozenset[str] = PUBLIC,
    ) -> Results:
        """Answer a query typed by a visitor who reads `locale`; never raises for any text.

        `as_typed` corrects nothing. What is for none of the `audiences` takes no part at all.

        The same question again is answered from memory, until anything changes that ranks.
        """
        clock = _Clock()
        text = tidy(query)
        try:
            with clock.stage("remembered"):
                snapshot, trouble = self.snapshot()
                state = self.state(snapshot, trouble)
                question = (text, locale, limit, offset, category, kind, mode, as_typed, audiences)
                known = self._answers.get(question, state)
                snapshot = snapshot.readable_by(audiences)
        except (IndexMissing, IndexDamaged) as error:
            return Results(text, (), 0, Mode.KEYWORD, degraded=f"{type(error).__name__}: {error}")
        if known is not None:
            return replace(known, timings=clock.stages)
        if not len(snapshot) or not any(char.isalnum() for char in text):  # an emoji asks nothing
            return Results(text, (), 0, Mode.KEYWORD, degraded=trouble)
        clock = _Clock()
        ranking = self.rank(
            snapshot, text, locale=locale, mode=mode, clock=clock, as_typed=as_typed
        )
        with clock.stage("facets"):
            facets, order = narrow(snapshot, ranking.order, category, kind)
        with clock.stage("snippet"):
            shown = order[max(offset, 0) : max(offset, 0) + max(limit, 0)]
            weak = self.is_weak(ranking.confidence, language_of(locale), ranking.mode)
            sure = is_sure(ranking, is_weak=weak)
            answered = sure and offset <= 0 and has_answer(ranking, order)
            hits = tuple(
                hit_of(snapshot, ranking, number, locale, is_quoted=answered and not rank)
                for rank, number in enumerate(shown)
            )
            if hits and not hits[0].sentence:  # an article without a single sentence
                answered = False
        answer = Results(
            query=text,
            hits=hits,
            total=len(order),
            mode=ranking.mode,
            degraded=trouble or ranking.degraded,
            confidence=ranking.confidence,
            chance=ranking.chance,
            weak=weak,
            is_sure=sure and bool(hits),
            facets=facets,
            timings=clock.stages,
            has_answer=answered,
            corrected=ranking.question.corrected if ranking.question else None,
            unmatched_phrases=ranking.question.unmatched_phrases if ranking.question else (),
        )
        self._answers.put(question, state, answer)
        return answer

    def state(self, snapshot: Snapshot, trouble: str | None) -> Hashable:
        """Return what an answer depends on, the question aside; anything new that ranks joins."""
        return (
            snapshot,
            trouble,
            self._stamp_of_vectors(),
            self.encoder and (self.encoder.name, self.encoder.state),
            self.synonyms.stamp,
            self.phrasings.stamp,
            getattr(self.floors, "stamp", None) or tuple(self.floors.items()),
        )

    def explain(
        self,
        query: str,
        document_ids: Sequence[str],
        *,
        locale: str,
        as_typed: bool = False,
        audiences: frozenset[str] = PUBLIC,
    ) -> dict[str, Explanation]:
        """Tell why articles stand where they stand for a query, by their ids."""
        try:
            snapshot, _ = self.snapshot(audiences)
        except (IndexMissing, IndexDamaged):
            return {}
        ranking = self.rank(snapshot, tidy(query), locale=locale, as_typed=as_typed)
        explainer = Explainer(snapshot, ranking)
        numbers = {each: snapshot.by_id[each] for each in document_ids if each in snapshot.by_id}
        return {
            each: explainer.explain(number, self._label_of(snapshot, ranking, number))
            for each, number in numbers.items()
        }

    def _label_of(self, snapshot: Snapshot, ranking: Ranking, number: int) -> Label | None:
        """Return the label that speaks for an article, as far as meaning took part."""
        asked = ranking.question
        vector = self._remembered.get(asked.meant) if asked else None
        if vector is None or ranking.passage_semantic is None:
            return None
        found = self.alignment(snapshot).nearest_label(source(snapshot, ranking, number), vector)
        return Label(*found) if found else None

    def prepare(self) -> None:
        """Lay out what the first questions to a new index need, so that no visitor waits for it.

        At 10,000 passages: spelling 0.4 s, the rest 0.2 s; a few stats where it is done already.
        Readers who belong to more audiences than the public wait once, where there is more to find.
        """
        try:
            snapshot, _ = self.snapshot(PUBLIC)
        except (IndexMissing, IndexDamaged):
            return
        with suppress(EmbeddingUnavailable):
            self.alignment(snapshot)
        if snapshot is self._prepared:
            return
        for language in snapshot.languages:
            self.suggest(UNKNOWN_WORD, locale=language)
            self.rank(snapshot, UNKNOWN_WORD, locale=language, mode=Mode.KEYWORD)
        self._prepared = snapshot

    def suggest(
        self, typed: str, *, locale: str, limit: int = 6, audiences: frozenset[str] = PUBLIC
    ) -> list[Suggestion]:
        """Complete what is being typed with titles and known questions of one language."""
        try:
            snapshot, _ = self.snapshot(audiences)
        except (IndexMissing, IndexDamaged):
            return []
        language = language_of(locale)
        with self._aligning:
            if self._completing is None or self._completing[0] is not snapshot.whole:
                self._completing = (snapshot.whole, {})
            completions = self._completing[1]
        found = completions.get((snapshot, language))
        if found is None:
            found = completions[snapshot, language] = _suggestions(snapshot, language)
        return found.complete(tidy(typed), limit)

    def related(
        self, document_id: str, *, limit: int = 4, audiences: frozenset[str] = PUBLIC
    ) -> list[str]:
        """Return the ids of articles nearest in meaning, in the same language, nearest first."""
        try:
            snapshot, _ = self.snapshot(audiences)
        except (IndexMissing, IndexDamaged):
            return []
        number = snapshot.by_id.get(document_id)
        if number is None:
            return []
        try:
            near = self.alignment(snapshot).nearness(number)
        except EmbeddingUnavailable:
            near = None
        return [
            snapshot.entries[each].document_id for each in nearest(snapshot, number, near, limit)
        ]

    def snapshot(self, audiences: frozenset[str] | None = None) -> tuple[Snapshot, str | None]:
        """Return the newest readable state, and what is wrong if it is an older one.

        All of it, or as readers of some audiences find it.
        """
        trouble = None
        try:
            self._snapshot = self.index.snapshot()
        except (IndexMissing, IndexDamaged) as error:
            if self._snapshot is None:
                raise
            trouble = f"{type(error).__name__}: {error}"
        found = self._snapshot
        return found if audiences is None else found.readable_by(audiences), trouble

    def rank(
        self,
        snapshot: Snapshot,
        text: str,
        *,
        locale: str,
        only: str | None = None,
        mode: Mode | None = None,
        clock: _Clock | None = None,
        rules: Callable[[str], Rules] | None = None,
        phrasings: Phrasings | None = None,
        as_typed: bool = False,
    ) -> Ranking:
        """Rank articles for a tidy query; `only` keeps to one language, `mode` to one retriever.

        `rules` (synonyms by language) and `phrasings` stand in for those of the site.
        """
        clock = clock or _Clock()
        rules = rules or self.synonyms.rules
        own = language_of(locale)
        languages = [language_of(only)] if only else own_first(own, snapshot.languages)
        with clock.stage("keyword"):
            question = read(snapshot, text, languages, own, as_typed=as_typed)
            question = _reworded(question, snapshot, own, rules(own))
            asked = question.asked
            wanted = {name: rules(name).expand(asked[name].wanted) for name in languages}
            keyword = {name: snapshot.score(wanted[name], name) for name in languages}
        meant = question.meant
        cosines, degraded = self._cosines(snapshot, meant, mode, clock)
        if cosines is None:
            mode = Mode.KEYWORD
        with clock.stage("fuse"):
            groups = {
                name: rank_language(
                    snapshot, keyword[name], cosines, name, own=own, mode=mode, asked=asked[name]
                )
                for name in languages
            }
            vector = self._remembered.get(meant) if cosines else None
            said = self._phrasings(phrasings)
            added, said_as = _lift(groups, said, snapshot, cosines and cosines[0], vector)
            sure_of_own = groups[own].confidence if own in groups else 1.0
            weak = self.is_weak(sure_of_own, own, mode or Mode.HYBRID)
            readable = snapshot.readable_in(own)
            order, scores, sure = merge(groups, own, readable, is_own_weak=weak)
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
            chance=_chance(groups, own, sure),
            mode=mode or Mode.HYBRID,
            degraded=degraded,
            terms={name: stems_of(wanted[name]) for name in languages},
            weights={name: keyword[name].weights for name in languages},
            lift=added,
            said_as=said_as,
            exact=exact_of(groups.values()),
            question=question,
            shares={name: each.shares for name, each in groups.items() if each.shares},
        )

    def _phrasings(self, given: Phrasings | None) -> Phrasings:
        if given is not None:
            return given
        return self.phrasings.phrasings(self.encoder.name if self.encoder else None)

    def alignment(self, snapshot: Snapshot) -> Alignment:
        """Return the vectors beside a snapshot, or beside that of which it is a view.

        Raises EmbeddingUnavailable.
        """
        snapshot, vectors = snapshot.whole, self.vectors()
        with self._aligning:
            known = self._alignment
            if known is None or known.snapshot is not snapshot or known.vectors is not vectors:
                known = self._alignment = Alignment(snapshot, vectors)
        return self.checked(known)

    def vectors(self) -> VectorIndex:
        """Return the vectors of the model in use; raises EmbeddingUnavailable."""
        if self._vectors_path is None or self.encoder is None:
            raise EmbeddingUnavailable("semantic search is off")
        vectors = self._load_vectors(self._vectors_path)
        if vectors.model != self.encoder.name:
            raise EmbeddingUnavailable(f"vectors are of {vectors.model}, not {self.encoder.name}")
        return vectors

    @staticmethod
    def checked(known: Alignment) -> Alignment:
        """Return an alignment unless too little is encoded; raises EmbeddingUnavailable."""
        if known.known < MIN_KNOWN_SHARE * known.expected:
            raise EmbeddingUnavailable(f"{known.known} of {known.expected} passages are encoded")
        return known

    def is_weak(self, sure: float, language: str, mode: Mode) -> bool:
        """Tell whether a list of such a confidence is called weak in its language.

        Floors are chosen while all is well. Where the model is missing for now, the confidence is
        that of words alone, on a scale of its own, and the default holds.
        """
        is_short = mode is Mode.KEYWORD and self.encoder is not None
        return is_weak(sure, language, {} if is_short else self.floors)

    def _stamp_of_vectors(self) -> tuple[int, int] | None:
        if self._vectors_path is None:
            return None
        try:
            found = self._vectors_path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _load_vectors(self, path: Path) -> VectorIndex:
        try:
            stamp = self._stamp_of_vectors()
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


def _chance(groups: Mapping[str, Group], own: str, sure: float) -> float:
    """Return the chance of the group that leads; `sure` is its confidence."""
    leading = groups.get(own)
    if leading is None or sure > leading.confidence:
        leading = max(groups.values(), key=lambda each: each.confidence)
        share = FOREIGN_SHARE
    else:
        share = 1.0
    return sure if leading.chance is None else share * leading.chance


def _lift(
    groups: dict[str, Group],
    phrasings: Phrasings,
    snapshot: Snapshot,
    passages: Array | None,
    vector: Vectors | None,
) -> tuple[Array, dict[int, str]]:
    """Lift in `groups` what phrasings speak for; return what was added, and which say most."""
    added = np.zeros(len(snapshot.entries))
    said_as: dict[int, str] = {}
    for name, group in groups.items():
        usual = 0.0 if passages is None else typical_cosine(passages, group.eligible)
        support = phrasings.support(snapshot, name, group.keyword.weights, vector, usual)
        if support is not None:
            rise = lift(group.scores, group.eligible, support)
            groups[name] = replace(group, scores=group.scores + rise)
            added += rise
            said_as |= {
                article: phrasings.all[support.said[article]].text
                for article in np.flatnonzero(rise).tolist()
            }
    return added, said_as


def _reworded(question: Question, snapshot: Snapshot, language: str, rules: Rules) -> Question:
    """Put what rules mean in place of words that no article of the visitor's language says."""
    chain, vocabulary = analyzer(language), snapshot.vocabulary(language)

    def is_known(words: str) -> bool:
        return all(
            each in vocabulary or each in chain.stop_words for each in chain.exact_terms(words)
        )

    for text in filter(None, (question.corrected, question.text)):
        said = rules.reworded(text, is_known)
        if said != text:
            return replace(question, reworded=said)
    return question


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
