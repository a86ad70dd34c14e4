"""Which sections of the site say already what a draft says?

A draft is cut like an article. Its passages are compared with those of the site by pairs of
words, which tells what was copied, shortened or put in another order, and by meaning, which
tells what was said again in other words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from search.analysis import analyzer, language_of
from search.arrays import Array, Mask
from search.encoders import EmbeddingUnavailable
from search.engine import SearchEngine
from search.keyword import IndexDamaged, IndexMissing
from search.overlays import VectorMemory
from search.passages import Document, Passage, cut
from search.reading.queries import query_terms
from search.snapshot import Snapshot

MAX_PASSAGES = 60  # of a draft, some 15 pages; what follows is not compared
MAX_ENCODED = 20  # passages compared by meaning too, at about 150 ms each while a writer waits
MIN_PAIRS = 8  # pairs of words; a shorter passage is a formula, and found everywhere
CANDIDATES = 8  # passages looked at by each retriever
FORMULA_ARTICLES = 5  # a passage that more articles share is a formula too: a notice, a footer
MAX_OVERLAPS = 10

# Unrelated texts share at most a quarter of their pairs and have cosines up to .92, those of the
# bundled model; near-copies share half and more. docs/decisions/0018 has the measurements.
UNRELATED_SIMILARITY = 0.92
SIMILARITY_WEIGHT = 8.0  # each hundredth of cosine above counts as much as 8% of the pairs
OVERLAP_FLOOR = 0.45

Pairs = frozenset[tuple[str, str]]
Nearness = Callable[[Passage], Array | None]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A section of the site that says what a section of the draft says."""

    document_id: str
    locale: str
    title: str
    address: str
    anchor: str
    path: tuple[str, ...]
    text: str
    draft_anchor: str
    draft_path: tuple[str, ...]
    share: float  # 0..1, of the draft's pairs of words that the section holds
    similarity: float  # cosine of the two passages; 0 where only words were compared
    draft_text: str = ""

    @property
    def strength(self) -> float:
        """0..1: what the words share, and how much nearer the meaning is than chance brings it."""
        nearer = max(self.similarity - UNRELATED_SIMILARITY, 0.0)
        return min(self.share + SIMILARITY_WEIGHT * nearer, 1.0)


@dataclass(frozen=True, slots=True)
class Overlaps:
    """What was found, closest first, and how much of the draft it was looked for."""

    found: tuple[Overlap, ...]
    passages: int  # of the draft
    compared: int  # of them, by words
    encoded: int  # of them, by meaning too
    degraded: str | None = None  # why meaning took no part


class OverlapFinder:
    """Compares drafts with what a search engine knows; any number of threads may ask it."""

    def __init__(self, engine: SearchEngine, memory: VectorMemory | None = None) -> None:
        """Bind to an engine, and to what is known of drafts already; nothing is encoded yet."""
        self._engine = engine
        self._memory = memory or VectorMemory(None)

    def find(self, document: Document, *, limit: int = MAX_OVERLAPS) -> Overlaps:
        """Return which sections say already what a draft says; never raises for any draft.

        Encoding takes about 150 ms a passage the first time; a draft that is saved again costs
        only what changed in it. Without vectors, words alone are compared, and the result says so.
        """
        try:
            snapshot, trouble = self._engine.snapshot()
        except (IndexMissing, IndexDamaged) as error:
            return Overlaps((), 0, 0, 0, degraded=f"{type(error).__name__}: {error}")
        try:
            near = self._nearness(snapshot)
        except EmbeddingUnavailable as error:
            if self._engine.encoder is not None:  # else turned off on purpose: nothing is missing
                trouble = trouble or str(error)
            near = _unknown
        return replace(find_overlaps(document, snapshot, near, limit=limit), degraded=trouble)

    def _nearness(self, snapshot: Snapshot) -> Nearness:
        aligned = self._engine.alignment(snapshot)
        assert self._engine.encoder is not None, "there are vectors of it"
        encoder = self._engine.encoder.get()

        def near(passage: Passage) -> Array:
            mark = passage.fingerprint
            vector = self._memory.complete(encoder, {mark: passage.evidence})[mark]
            return aligned.similarities(vector)[2]

        return near


def _unknown(_passage: Passage) -> None:
    """Tell nothing of the meaning of a passage."""


def find_overlaps(
    document: Document, snapshot: Snapshot, near: Nearness, *, limit: int = MAX_OVERLAPS
) -> Overlaps:
    """Compare a draft with the articles of its language, itself and its translations left out.

    `near` gives the cosine of a passage with every passage of the snapshot, or None without any.
    """
    passages = cut(document)
    eligible = _others(snapshot, document)
    found: list[Overlap] = []
    encoded = 0
    for passage in passages[:MAX_PASSAGES]:
        cosines = near(passage) if encoded < MAX_ENCODED else None
        encoded += cosines is not None
        found += _of_passage(passage, snapshot, eligible, cosines, document.locale)
    closest = sorted(_best_by_section(found), key=lambda each: -each.strength)[:limit]
    return Overlaps(tuple(closest), len(passages), min(len(passages), MAX_PASSAGES), encoded)


def pairs_of(text: str, locale: str) -> Pairs:
    """Return the pairs of successive stems of a text, stop words left out."""
    stems = analyzer(locale).terms(text)
    return frozenset(pairwise(stems))


def _others(snapshot: Snapshot, document: Document) -> Mask:
    """Tell which passages may be found: of the draft's language, and not of its own article."""
    wanted = snapshot.in_language(language_of(document.locale)).copy()
    for number, entry in enumerate(snapshot.entries):
        is_twin = bool(document.article) and entry.article == document.article
        if entry.document_id == document.id or is_twin:
            wanted[number] = False
    mask: Mask = wanted[snapshot.owners]
    return mask


def _of_passage(
    passage: Passage, snapshot: Snapshot, eligible: Mask, cosines: Array | None, locale: str
) -> list[Overlap]:
    pairs = pairs_of(passage.text, locale)
    if len(pairs) < MIN_PAIRS:
        return []
    words = snapshot.score(query_terms(passage.text, language_of(locale)), language_of(locale))
    candidates = {*_nearest(words.passages, eligible), *_nearest(cosines, eligible)}
    found = [
        overlap
        for number in candidates
        if is_overlap(
            overlap := _compared(passage, pairs, snapshot, number, cosines),
        )
    ]
    return found if len({each.document_id for each in found}) <= FORMULA_ARTICLES else []


def is_overlap(found: Overlap) -> bool:
    """Tell whether two passages say the same."""
    return found.strength >= OVERLAP_FLOOR


def _nearest(scores: Array | None, eligible: Mask) -> Sequence[int]:
    if scores is None:
        return ()
    allowed = np.flatnonzero(eligible & (scores > 0.0))
    best = np.argsort(-scores[allowed], kind="stable")[:CANDIDATES]
    numbers: list[int] = allowed[best].tolist()
    return numbers


def _compared(
    passage: Passage, pairs: Pairs, snapshot: Snapshot, number: int, cosines: Array | None
) -> Overlap:
    article = int(snapshot.owners[number])
    entry = snapshot.entries[article]
    anchor, path, text = snapshot.passage(number)
    held = pairs_of(_with_neighbours(snapshot, article, number), entry.locale)
    return Overlap(
        document_id=entry.document_id,
        locale=entry.locale,
        title=entry.title,
        address=entry.address,
        anchor=anchor,
        path=path,
        text=text,
        draft_anchor=passage.anchor,
        draft_path=passage.path,
        draft_text=passage.text,
        share=len(pairs & held) / len(pairs),
        similarity=max(float(cosines[number]), 0.0) if cosines is not None else 0.0,
    )


def _with_neighbours(snapshot: Snapshot, article: int, number: int) -> str:
    """Return a passage with the windows beside it: a draft is seldom cut at the same places."""
    span = snapshot.passages_of(article)
    around = range(max(number - 1, span.start), min(number + 2, span.stop))
    return "\n".join(snapshot.passage(each)[2] for each in around)


def _best_by_section(found: Sequence[Overlap]) -> Iterator[Overlap]:
    """Yield each section of the site once, by the passage of the draft that is closest to it."""
    best: dict[tuple[str, str], Overlap] = {}
    for overlap in found:
        key = (overlap.document_id, overlap.anchor)
        if key not in best or overlap.strength > best[key].strength:
            best[key] = overlap
    yield from best.values()
