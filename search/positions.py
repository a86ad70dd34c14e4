"""Where each word stands as it is written: unstemmed, folded, stop words among them.

One running number per word of a segment. Phrases, codes and names are looked up here, and the
spelling of queries is corrected by the vocabulary. A word written in capitals is also kept as an
acronym, and one behind a dash ("find -name") also with its dash.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis import Term, analyzer, is_acronym

Ints = npt.NDArray[np.int32]

UNIT_GAP = 8  # no phrase goes from one text to the next

Unit = tuple[int, str, str]  # passage, language, text
_NONE: Ints = np.zeros(0, dtype=np.int32)


def words_of(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Yield (place, word as it is looked up) of a text; a place may have several."""
    for term in analyzer(language).analyse(text, keep_stop_words=True):
        yield term.position, term.exact
        if is_acronym(text[term.start : term.end]):
            yield term.position, term.exact.upper()
        if _is_dashed(text, term):
            yield term.position, f"-{term.exact}"


def _is_dashed(text: str, term: Term) -> bool:
    """Tell whether a dash sticks to the word and to nothing else; not where a line begins."""
    return text[max(term.start - 2, 0) : term.start] == " -" and not text[term.start].isdigit()


def compile_positions(units: Iterable[Unit]) -> dict[str, Any]:
    """Return the arrays of a segment's words; units come in the order of their passages."""
    slots: dict[str, int] = {}
    found: list[int] = []
    places: list[int] = []
    starts: list[int] = []
    owners: list[int] = []
    next_place = 0
    for passage, language, text in units:
        starts.append(next_place)
        owners.append(passage)
        last = 0  # the first word of a text has place 1
        for last, word in words_of(text, language):
            found.append(slots.setdefault(f"{language}:{word}", len(slots)))
            places.append(next_place + last - 1)
        next_place += last + UNIT_GAP
    numbers = np.asarray(found, dtype=np.int32)
    return {
        "words": "\n".join(slots),
        "places": np.asarray(places, np.int32)[np.argsort(numbers, kind="stable")],
        "word_ends": np.cumsum(np.bincount(numbers, minlength=len(slots))).astype(np.int64),
        "unit_starts": np.asarray(starts, dtype=np.int32),
        "unit_passages": np.asarray(owners, dtype=np.int32),
    }


def among(sought: Ints, places: Ints) -> npt.NDArray[np.bool_]:
    """Tell which of some numbers are in an ascending list."""
    if not len(places):
        return np.zeros(len(sought), dtype=bool)
    next_of = np.minimum(np.searchsorted(places, sought), len(places) - 1)
    found: npt.NDArray[np.bool_] = places[next_of] == sought
    return found


class Positions:
    """The words of one segment, immutable."""

    def __init__(self, words: str, arrays: dict[str, Any]) -> None:
        """Take what `compile_positions` made."""
        self._slots = {word: slot for slot, word in enumerate(words.split("\n")) if word}
        self._places: Ints = arrays["places"]
        self._ends = arrays["word_ends"]
        self._unit_starts: Ints = arrays["unit_starts"]
        self._unit_passages: Ints = arrays["unit_passages"]
        # Names stand before the text of their first passage, and carry its number.
        is_name = self._unit_passages[:-1] == self._unit_passages[1:]
        self._name_starts = self._unit_starts[:-1][is_name]
        self._name_lengths = np.diff(self._unit_starts)[is_name] - UNIT_GAP
        self._name_passages = self._unit_passages[:-1][is_name]

    def places(self, word: str, language: str) -> Ints:
        """Return the places of a word, ascending."""
        slot = self._slots.get(f"{language}:{word}")
        if slot is None:
            return _NONE
        return self._places[int(self._ends[slot - 1]) if slot else 0 : int(self._ends[slot])]

    def passages(self, places: Ints) -> Ints:
        """Return the passage of each place; names belong to the first passage of their article."""
        return self._unit_passages[np.searchsorted(self._unit_starts, places, side="right") - 1]

    def named(self, run: Sequence[tuple[int, str]], language: str) -> Ints:
        """Return the first passages of articles one of whose names is a run of words, no more."""
        if not run:
            return _NONE
        kept = np.flatnonzero(self._name_lengths == run[-1][0] + 1)
        for place, word in run:
            kept = kept[among(self._name_starts[kept] + place, self.places(word, language))]
        named: Ints = self._name_passages[kept]
        return named

    def vocabulary(
        self, language: str, living: npt.NDArray[np.bool_] | None = None
    ) -> Iterator[tuple[str, int]]:
        """Yield every word of a language with its number of occurrences, in living passages if given."""
        prefix = f"{language}:"
        if living is None:
            counts = np.diff(self._ends, prepend=0).tolist()
        else:
            said = np.append(0, np.cumsum(living[self.passages(self._places)]))
            counts = np.diff(said[self._ends], prepend=0).tolist()
        for word, slot in self._slots.items():
            if counts[slot] and word.startswith(prefix):
                yield word[len(prefix) :], counts[slot]
