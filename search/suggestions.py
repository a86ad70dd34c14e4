"""Titles and known questions while somebody types: any word, any accent, small slips."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis import analyzer
from search.reading.slips import Masks, masks

MAX_TYPED_CHARACTERS = 120
MAX_TYPED_WORDS = 10
SLIP_WEIGHT = 0.6  # a word reached through a slip counts less than one typed right
WHOLE_WORD_BONUS = 0.15
START_BONUS = 0.1  # "how do I" goes first to titles that begin so
TITLE_BONUS = 0.05  # between equals, a title before a question
LENGTH_COST = 0.0005  # per character: between equals, the shorter


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article: `text` is its title, `html` the same as safe HTML with what was typed lit.

    `title` is the line under it: the known question that matched, else the title again.
    """

    text: str
    html: str
    document_id: str
    title: str
    address: str
    score: float


class Suggestions:
    """Completions for one language, immutable."""

    def __init__(self, entries: Iterable[tuple[str, str, Sequence[str]]], *, locale: str) -> None:
        """Take (document id, address, title and questions) of articles in one language."""
        self._chain = analyzer(locale)
        self._texts: list[str] = []
        self._documents: list[tuple[str, str, str]] = []
        postings: dict[str, list[int]] = {}
        bonus: list[float] = []
        first: list[str] = []
        for document_id, address, texts in entries:
            for rank, text in enumerate(texts):
                words = self._chain.exact_terms(text)
                for word in set(words):
                    postings.setdefault(word, []).append(len(self._texts))
                first.append(words[0] if words else "")
                self._texts.append(text)
                self._documents.append((document_id, address, texts[0]))
                bonus.append(TITLE_BONUS * (rank == 0) - LENGTH_COST * len(text))
        self._words = sorted(postings)
        self._places = [np.asarray(postings[word], dtype=np.int64) for word in self._words]
        slots = {word: slot for slot, word in enumerate(self._words)}
        self._first = np.asarray([slots.get(word, -1) for word in first], dtype=np.int64)
        self._beginnings: dict[int, tuple[list[str], Masks]] = {}
        self._bonus = np.asarray(bonus, dtype=np.float64)

    def __len__(self) -> int:
        return len(self._texts)

    def complete(self, typed: str, limit: int = 6) -> list[Suggestion]:
        """Return the best completions, one per article; none for nothing typed."""
        words = self._chain.exact_terms(typed[:MAX_TYPED_CHARACTERS])[:MAX_TYPED_WORDS]
        words = list(dict.fromkeys(words))
        if not words or not self._texts:
            return []
        scores = np.zeros(len(self._texts))
        matched = np.zeros(len(self._texts))
        for word in words:
            found = self._found(word)
            weight = 0.3 if word in self._chain.stop_words else 1.0
            scores += weight * found
            matched += weight * (found > 0)
        enough = matched >= matched.max() - 1e-9  # every word, or as many as can be had
        start, end = self._beginning_with(words[0])
        scores += START_BONUS * ((self._first >= start) & (self._first < end)) + self._bonus
        scores[~enough | (matched <= 0.3)] = -np.inf
        return self._best(scores, words, limit)

    def _beginning_with(self, typed: str) -> tuple[int, int]:
        """Return the stretch of words that begin so."""
        return bisect_left(self._words, typed), bisect_left(self._words, typed + "\U0010ffff")

    def _found(self, word: str) -> npt.NDArray[np.float64]:
        """Return how well each text has a word that begins so, 0 to 1."""
        found = np.zeros(len(self._texts))
        start, end = self._beginning_with(word)
        if start < end:
            found[np.concatenate(self._places[start:end])] = 1.0 - WHOLE_WORD_BONUS
            if self._words[start] == word:
                found[self._places[start]] = 1.0
            return found
        for slot, distance in self._slips(word):
            places = self._places[slot]
            found[places] = np.maximum(found[places], SLIP_WEIGHT / distance)
        return found

    def _slips(self, word: str) -> list[tuple[int, int]]:
        """Return (word number, slips) of words that begin nearly so; no slip under 4 letters."""
        if len(word) < 4:
            return []
        slips = 1 if len(word) < 8 else 2
        beginnings, letters = self._cut(len(word))
        unlike = np.bitwise_count(letters ^ masks([word])[0])
        slots = np.flatnonzero(unlike <= 2 * slips).tolist()
        near = process.extract(
            word, [beginnings[slot] for slot in slots], scorer=OSA.distance, score_cutoff=slips,
            limit=50,
        )  # fmt: skip
        return [(slots[place], int(distance) or 1) for _, distance, place in near]

    def _cut(self, length: int) -> tuple[list[str], Masks]:
        """Return the words cut to a length, with their letters as bits."""
        known = self._beginnings.get(length)
        if known is None:
            cut = [word[:length] for word in self._words]
            known = self._beginnings[length] = cut, masks(cut)
        return known

    def _best(
        self, scores: npt.NDArray[np.float64], words: Sequence[str], limit: int
    ) -> list[Suggestion]:
        top = min(len(scores), limit * 4)
        order = np.argpartition(-scores, top - 1)[:top]
        order = order[np.argsort(-scores[order], kind="stable")]
        chosen: dict[str, Suggestion] = {}
        for number in order.tolist():
            document, address, title = self._documents[number]
            if np.isneginf(scores[number]) or len(chosen) == limit:
                break
            if document not in chosen:
                chosen[document] = Suggestion(
                    text=title,
                    html=self._lit(title, words),
                    document_id=document,
                    title=self._texts[number],
                    address=address,
                    score=float(scores[number]),
                )
        return list(chosen.values())

    def _lit(self, text: str, words: Sequence[str]) -> str:
        """Return safe HTML with the beginnings lit that were typed."""
        pieces: list[str] = []
        end = 0
        for term in self._chain.analyse(text, keep_stop_words=True):
            typed = max((len(w) for w in words if term.exact.startswith(w)), default=0)
            if typed and term.start >= end:
                stop = min(term.start + typed, term.end)
                pieces += [escape(text[end : term.start]), "<mark>"]
                pieces += [escape(text[term.start : stop]), "</mark>"]
                end = stop
        return "".join([*pieces, escape(text[end:])])
