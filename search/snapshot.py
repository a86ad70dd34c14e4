"""One committed state of the keyword index, held in arrays: what it holds, and for whom."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from search.analysis import analyzer, language_of
from search.arrays import Array, Mask, Numbers, firsts
from search.passages import EVERYONE, Label, evidence_of
from search.positions import Ints, Positions, among
from search.reading.queries import Wanted
from search.reading.spelling import Speller
from search.scoring import KeywordScores, score
from search.segments import Segment, segment_in_memory

TOGETHER_BOUNDS = (-1.0, 2.5)  # of a logarithm that few articles make uncertain


@dataclass(frozen=True, slots=True)
class Entry:
    """What every reader knows of an article without opening its text."""

    document_id: str
    locale: str
    language: str
    title: str
    category: str
    ancestors: tuple[str, ...]
    kind: str
    labels: tuple[str, ...]  # the title and the known questions
    lines: tuple[str, ...]  # lines of the text that are encoded apart
    address: str
    article: str  # shared by translations of one article; empty where it stands alone
    audience: str  # who may find it
    digest: str


class Snapshot:
    """Articles and passages numbered through all segments; immutable."""

    def __init__(
        self, segments: Sequence[tuple[Segment, Collection[int]]], *, generation: str
    ) -> None:
        """Join segments, each with the numbers of its deleted passages."""
        self.generation = generation
        self.segments = [segment for segment, _ in segments]
        self.entries: list[Entry] = []
        starts: list[int] = []
        alive: list[bool] = []
        self._offsets: list[int] = []
        offset = 0
        for segment, deleted in segments:
            gone = set(deleted)
            self._offsets.append(offset)
            for article, start in zip(segment.articles, segment.starts.tolist(), strict=True):
                self.entries.append(_entry(article))
                starts.append(offset + start)
                alive.append(start not in gone)
            offset += segment.passage_count
        self.passage_count = offset
        self.starts: Numbers = np.asarray(starts, dtype=np.int64)
        self.alive: Mask = np.asarray(alive, dtype=bool)
        sizes = np.diff(np.append(self.starts, offset))
        self.owners: Numbers = np.repeat(np.arange(len(starts)), sizes)
        self.is_whole = bool(self.alive.all())  # nothing deleted
        # Of lengths, by language: scoring keeps them here.
        self.norms: dict[str, tuple[Array, Array, Array]] = {}
        self._readable: dict[str, Numbers] = {}
        self._vocabularies: dict[str, Mapping[str, int]] = {}
        self._spellers: dict[str, Speller] = {}
        self._views: dict[frozenset[str], Snapshot] = {}

    @property
    def whole(self) -> "Snapshot":
        """What this is a view of: articles and passages have the same numbers in both."""
        return self

    def readable_by(self, audiences: frozenset[str]) -> "Snapshot":
        """Return what a reader who belongs to some audiences can find; where that is all, itself.

        In a view, what its reader may not find is as if it were not written: it counts in no weight,
        gives no word to the spelling, and cannot be told from what does not exist.
        """
        known = self._views.get(audiences)
        if known is None:
            hidden = np.asarray([entry.audience not in audiences for entry in self.entries], bool)
            known = _View(self, hidden) if (hidden & self.alive).any() else self
            self._views[audiences] = known
        return known

    def __len__(self) -> int:
        return int(self.alive.sum())

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the living articles, the most frequent first."""
        found = Counter(e.language for e, a in zip(self.entries, self.alive, strict=True) if a)
        return tuple(language for language, _ in found.most_common())

    @cached_property
    def by_id(self) -> dict[str, int]:
        """The number of each living article."""
        return {
            entry.document_id: number
            for number, entry in enumerate(self.entries)
            if self.alive[number]
        }

    def in_language(self, language: str) -> Mask:
        """Tell which living articles are written in a language."""
        return self._language_masks.get(language, np.zeros(len(self.entries), dtype=bool))

    def readable_in(self, language: str) -> Numbers:
        """Return, for every article, the number of its translation into a language, or its own."""
        known = self._readable.get(language)
        if known is None:
            written = np.flatnonzero(self.in_language(language)).tolist()
            twins = {self.entries[number].article: number for number in written}
            twins.pop("", None)
            known = self._readable[language] = np.asarray(
                [twins.get(entry.article, number) for number, entry in enumerate(self.entries)],
                dtype=np.int64,
            )
        return known

    @cached_property
    def _language_masks(self) -> dict[str, Mask]:
        written = np.asarray([entry.language for entry in self.entries])
        return {language: (written == language) & self.alive for language in self.languages}

    def passages_of(self, article: int) -> range:
        """Return the passage numbers of an article."""
        end = self.starts[article + 1] if article + 1 < len(self.starts) else self.passage_count
        return range(int(self.starts[article]), int(end))

    @cached_property
    def fingerprints(self) -> list[str]:
        """The fingerprint of the evidence of every passage."""
        return [mark for segment in self.segments for mark in segment.fingerprints]

    def passage(self, number: int) -> tuple[str, tuple[str, ...], str]:
        """Return (anchor, heading path, text) of a passage."""
        segment = int(np.searchsorted(self._offsets, number, side="right")) - 1
        return self.segments[segment].passage(number - self._offsets[segment])

    def laid_over(self, passages: Sequence[Mapping[str, str]], gone: Collection[str]) -> "Snapshot":
        """Return what would be committed if articles went and others came; nothing is written.

        `passages` are the fields of those that come, as they would be indexed.
        """
        below = list(zip(self.segments, self._offsets, strict=True))
        deleted = [
            {
                int(start) - offset
                for entry, start, alive in self._articles_of(segment, offset)
                if not alive or entry.document_id in gone
            }
            for segment, offset in below
        ]
        segments: list[tuple[Segment, Collection[int]]] = list(
            zip(self.segments, deleted, strict=True)
        )
        if passages:
            segments.append((segment_in_memory(passages, "laid-over"), ()))
        return _LaidOver(segments, self)

    def _articles_of(self, segment: Segment, offset: int) -> Iterator[tuple[Entry, int, bool]]:
        """Yield (entry, first passage, whether it lives) of every article of a segment."""
        first, last = np.searchsorted(self.starts, [offset, offset + segment.passage_count])
        span = slice(int(first), int(last))
        return zip(
            self.entries[span], self.starts[span].tolist(), self.alive[span].tolist(), strict=True
        )

    def evidence(self, *, from_article: int = 0) -> dict[str, str]:
        """Return the text to encode of every living passage and label, by fingerprint.

        Of the articles from a number on, if one is given.
        """
        texts: dict[str, str] = {}
        for number, entry in enumerate(self.entries[from_article:], from_article):
            if not self.alive[number]:
                continue
            labels = map(Label, entry.labels + entry.lines)
            texts.update((label.fingerprint, label) for label in labels)
            for passage in self.passages_of(number):
                _, path, text = self.passage(passage)
                texts[self.fingerprints[passage]] = evidence_of(entry.title, path, text)
        return texts

    def score(self, wanted: Sequence[Wanted], language: str) -> KeywordScores:
        """Score every living article of a language against what a query asks for."""
        return score(self, wanted, language)

    def knows(self, term: str, language: str) -> bool:
        """Tell whether a stem occurs anywhere in a language."""
        fields = (f"body_{language}", f"name_{language}")
        if self.is_whole:
            return any(seg.postings(field, term) for seg in self.segments for field in fields)
        found = (self.text_counts(field, term)[0] for field in fields)
        return any(bool(self.alive[self.owners[passages]].any()) for passages in found)

    def holding(self, words: Sequence[tuple[int, str]], language: str) -> Numbers:
        """Return the living articles that hold words as written, each at its distance (place, word).

        Articles come ascending; without any word there are none.
        """
        return self._living(
            each.positions.passages(_together(each.positions, words, language))
            for each in self.segments
        )

    def soon_after(
        self, first: str, second: str, distances: Collection[int], language: str
    ) -> Numbers:
        """Return the living articles, ascending, that hold one word so far behind another."""
        return self._living(
            each.positions.passages(_near(each.positions, first, second, distances, language))
            for each in self.segments
        )

    def named(self, words: Sequence[tuple[int, str]], language: str) -> Numbers:
        """Return the living articles one of whose names is these words, and no others."""
        return self._living(each.positions.named(words, language) for each in self.segments)

    def _living(self, passages: Iterable[Ints]) -> Numbers:
        """Return the living articles, ascending, of passages numbered by segment, ascending."""
        found = [
            numbers + offset for numbers, offset in zip(passages, self._offsets, strict=True)
        ] or [np.zeros(0, np.int64)]
        owners = self.owners[np.concatenate(found)]
        articles = owners[firsts(owners)]
        kept: Numbers = articles[self.alive[articles]]
        return kept

    def vocabulary(self, language: str) -> Mapping[str, int]:
        """Return every word as it is written, folded, with its number of occurrences."""
        known = self._vocabularies.get(language)
        if known is None:
            counted: Counter[str] = Counter()
            for segment, offset in zip(self.segments, self._offsets, strict=True):
                living = self._living_passages(offset, segment.passage_count)
                counted.update(dict(segment.positions.vocabulary(language, living)))
            known = self._vocabularies[language] = dict(counted)
        return known

    def _living_passages(self, offset: int, count: int) -> Mask | None:
        """Tell which passages of a stretch belong to living articles; None where all do."""
        if self.is_whole:
            return None
        living: Mask = self.alive[self.owners[offset : offset + count]]
        return living

    def speller(self, language: str) -> Speller:
        """Return the speller of a language, made when it is first needed."""
        known = self._spellers.get(language)
        if known is None:
            known = self._spellers[language] = Speller(
                self.vocabulary(language),
                language,
                partial(self._is_known, language=language),
                partial(self._together, language=language),
            )
        return known

    def _is_known(self, word: str, language: str) -> bool:
        """Tell whether articles of any language say a folded word, inflected as it may be."""
        return any(
            word in self.vocabulary(name)
            or self.knows(analyzer(name).stem(word), name)
            or (name != language and word in analyzer(name).stop_words)
            for name in self.languages
        )

    def _together(self, first: str, second: str, language: str) -> float:
        """Return how much likelier than by chance two words share an article, as a logarithm."""
        chain = analyzer(language)
        one, other = (self._saying(chain.stem(word), language) for word in (first, second))
        expected = len(one) * len(other) / max(int(self.in_language(language).sum()), 1)
        mask = np.zeros(len(self.entries), dtype=bool)
        mask[one] = True
        shared = int(mask[other].sum())
        return float(np.clip(np.log((shared + 0.5) / (expected + 0.5)), *TOGETHER_BOUNDS))

    def _saying(self, stem: str, language: str) -> Numbers:
        """Return the articles whose text has a stem, ascending."""
        owners = self.owners[self.text_counts(f"body_{language}", stem)[0]]
        articles = owners[firsts(owners)]
        return articles if self.is_whole else articles[self.alive[articles]]

    def written(self, word: str, language: str) -> str:
        """Return a folded word with the accents that an article writes it with."""
        chain = analyzer(language)
        for segment, offset in zip(self.segments, self._offsets, strict=True):
            places = segment.positions.places(word, language)
            for number in segment.positions.passages(places[:1]).tolist():
                owner = int(self.owners[number + offset])
                if not self.alive[owner]:
                    continue
                article = self.entries[owner]
                for text in (segment.passage(number)[2], *article.labels):
                    for term in chain.analyse(text, keep_stop_words=True):
                        if term.exact == word:
                            found = text[term.start : term.end]
                            is_name = not found[1:].islower() and word not in chain.stop_words
                            return found if is_name else found.lower()
        return word

    def writes(self, word: str, language: str) -> int:
        """Return how often a word is written just so, folded."""
        written = 0
        for segment, offset in zip(self.segments, self._offsets, strict=True):
            places = segment.positions.places(word, language)
            living = self._living_passages(offset, segment.passage_count)
            passages = segment.positions.passages(places)
            written += len(places) if living is None else int(living[passages].sum())
        return written

    def text_counts(self, field: str, term: str) -> tuple[Numbers, Array]:
        """Return the passages that hold a term, ascending, deleted ones too, with its counts."""
        found = [
            (postings[0] + offset, postings[1])
            for segment, offset in zip(self.segments, self._offsets, strict=True)
            if (postings := segment.postings(field, term)) is not None
        ]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0)
        if len(found) == 1:
            return found[0][0].astype(np.int64), found[0][1].astype(np.float64)
        numbers = np.concatenate([numbers for numbers, _ in found], dtype=np.int64)
        return numbers, np.concatenate([counts for _, counts in found], dtype=np.float64)

    def field_lengths(self, field: str) -> Array:
        """Return the number of terms that each passage has in a field."""
        lengths = [segment.lengths(field) for segment in self.segments]
        return np.concatenate(lengths) if lengths else np.zeros(0)


class _View(Snapshot):
    """A snapshot of which some articles are hidden from a reader; the arrays are those of the whole."""

    def __init__(self, whole: Snapshot, hidden: Mask) -> None:
        self.generation = whole.generation
        self.segments = whole.segments
        self.entries = whole.entries
        self._offsets = whole._offsets
        self.passage_count = whole.passage_count
        self.starts, self.owners = whole.starts, whole.owners
        self.alive = whole.alive & ~hidden
        self.is_whole = False
        self.norms, self._readable, self._vocabularies, self._spellers = {}, {}, {}, {}
        self._views = {}
        self._whole = whole

    @property
    def whole(self) -> Snapshot:
        """What this is a view of."""
        return self._whole


class _LaidOver(Snapshot):
    """A snapshot in memory over a committed one, most of whose words it knows already."""

    def __init__(
        self, segments: Sequence[tuple[Segment, Collection[int]]], below: Snapshot
    ) -> None:
        super().__init__(segments, generation=f"{below.generation}+")
        self._below = below

    def vocabulary(self, language: str) -> Mapping[str, int]:
        """Return every word as it is written, folded, with its number of occurrences."""
        known = self._vocabularies.get(language)
        if known is None:
            counted = Counter(self._below.vocabulary(language))
            for segment in self.segments[len(self._below.segments) :]:
                counted.update(dict(segment.positions.vocabulary(language)))
            known = self._vocabularies[language] = dict(counted)
        return known


def _together(positions: Positions, words: Sequence[tuple[int, str]], language: str) -> Ints:
    """Return where runs of words stand: the places of the rarest one."""
    runs = [(positions.places(word, language), place) for place, word in words]
    runs.sort(key=lambda run: len(run[0]))
    found, anchor = runs[0] if runs else (np.zeros(0, np.int32), 0)
    for run, place in runs[1:]:
        found = found[among(found + (place - anchor), run)]
    return found


def _near(
    positions: Positions, first: str, second: str, distances: Collection[int], language: str
) -> Ints:
    """Return where the rarer of two words stands so far from the other, ascending."""
    before, behind = positions.places(first, language), positions.places(second, language)
    anchor, other, sign = (
        (before, behind, 1) if len(before) <= len(behind) else (behind, before, -1)
    )
    found = np.zeros(len(anchor), dtype=bool)
    for distance in distances:
        found |= among(anchor + sign * distance, other)
    return anchor[found]


def _entry(article: dict[str, Any]) -> Entry:
    return Entry(
        document_id=article["id"],
        locale=article["locale"],
        language=language_of(article["locale"]),
        title=article["title"],
        category=article["category"],
        ancestors=tuple(article["ancestors"]),
        kind=article["kind"],
        labels=tuple(article["labels"]),
        lines=tuple(article["lines"]),
        address=article["address"],
        article=article["article"],
        audience=article.get("audience", EVERYONE),
        digest=article["digest"],
    )
