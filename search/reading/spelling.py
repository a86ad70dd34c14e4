"""What was meant by words that no article knows: slips, missing spaces, elisions, texting.

A noisy channel: the cost of the slips, how frequent the meant word is in the articles, and how
well it goes with the other words of the query. A word that the articles of any language of the
site write is never corrected.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis import Analyzer, Term, analyzer, is_acronym
from search.reading.dictionaries import dictionary
from search.reading.slips import masks, slip_cost
from search.reading.texting import TEXTING

MIN_LETTERS = 4  # a shorter word is one letter away from many
TWO_SLIPS_LETTERS = 7  # words so long may have two slips
MIN_PIECE_LETTERS = 2  # of words whose space was left out
MIN_PIECE_COUNT = 5  # occurrences of a piece of three letters that no dictionary has
MAX_PIECES = 4
MAX_CANDIDATES = 24  # by distance and frequency, before they are weighed
MAX_CHOICES = 3
MAX_CORRECTED = 6  # words of a query; with more it is in another language, or no text
REMEMBERED_WORDS = 4_096

# Scores are natural logarithms; a slip costs about what a letter of the alphabet does.
SLIP_WEIGHT = 5.0
FREQUENCY_WEIGHT = 0.5
FIT_WEIGHT = 1.0
SPACE_COST = 0.7  # of a space left out or put in, in slips
PREFIX_COST = 0.7  # "decontamination" is no "contamination" whose "de" lost its space
COMPOUND_COST = 0.2  # of the same where words are joined by rule
PIECE_WEIGHT = 0.5  # of each further piece's rarity
TEXTING_COST = 0.3
ELISION_COST = 0.2
SURE_MARGIN = 1.5  # by which the best must lead to be taken for what was meant
MAX_SURE_COST = 1.3
LEAST_SCORE = -14.0  # what is less likely is not searched
LEAST_WORD_SCORE = -7.0  # the same where the typed word exists, though no article writes it
LIKELY_MARGIN = 2.5  # within which others are searched too

_PREFIXES = frozenset(("de", "re", "en", "in", "im", "un", "co", "pre", "anti", "non", "auto"))
_GUESSED = ("de", "en", "es", "fr", "it", "nl", "pt")  # languages that a question may be in

# Letters that join the words of a compound; where there are none, words are run together by slip.
_LINKS = {"de": ("", "s", "es", "n", "en"), "nl": ("", "s", "en"), "sv": ("", "s"),
          "da": ("", "s", "e"), "no": ("", "s", "e")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a word may have meant: folded words, best first in a list; may be none."""

    words: tuple[str, ...]
    score: float
    cost: float  # of its slips
    shown: str  # the same as it is written in a query, folded


@dataclass(frozen=True, slots=True)
class Correction:
    """A stretch of a query and what it may have meant, the likeliest first."""

    start: int
    end: int
    choices: tuple[Choice, ...]

    is_word: bool = False  # whether what was typed exists in the language, or is a name

    @property
    def is_sure(self) -> bool:
        """Tell whether the first choice is what was meant: near, and the others well behind."""
        best, *others = self.choices
        leads = not others or best.score - others[0].score >= SURE_MARGIN
        return leads and not self.is_word and best.cost <= MAX_SURE_COST


class Speller:
    """The spelling of one language on one snapshot; made once, then only reads and remembers."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        language: str,
        is_known: Callable[[str], bool],
        together: Callable[[str, str], float],
    ) -> None:
        """Take words with their frequencies.

        `is_known` tells of a folded word whether anything of the site says it, inflected or in
        another language; `together` how much likelier than by chance two words share an article,
        as a logarithm.
        """
        self._chain: Analyzer = analyzer(language)
        self._language = language
        self._is_known = is_known
        self._together = together
        self._counts = {word: n for word, n in vocabulary.items() if word.islower()}
        self._total = sum(self._counts.values()) or 1
        self._stem_counts: Counter[str] = Counter()
        for word, count in self._counts.items():
            self._stem_counts[self._chain.stem(word)] += count
        self._words = sorted(
            word for word in self._counts if word.isalpha() and len(word) >= MIN_LETTERS - 1
        )
        self._masks = masks(self._words)
        self._lengths = np.asarray([len(word) for word in self._words], dtype=np.int16)
        self._remembered: OrderedDict[str, tuple[Choice, ...]] = OrderedDict()
        self._lock = Lock()

    def corrections(self, text: str) -> list[Correction]:
        """Return what the unknown words of a query may have meant, in the order of the text."""
        terms = _typed(self._chain, text)
        unknown = [term for term in terms if self._is_unknown(term.exact)]
        if not unknown or len(unknown) > MAX_CORRECTED or self._is_foreign(terms):
            return []
        known = [term.exact for term in terms if self._is_matter(term.exact)]
        found: list[Correction] = []
        for term in unknown:
            if found and term.start < found[-1].end:
                continue  # joined to the word before
            is_word = term.exact in dictionary(self._language) or _is_name(text, term)
            floor = LEAST_WORD_SCORE if is_word else LEAST_SCORE
            choices = self._weighed(self._choices(term.exact), known, floor)
            correction = Correction(term.start, term.end, choices, is_word)
            best = self._joined(text, terms, term, correction)
            if best.choices:
                found.append(best)
        return found

    def _is_unknown(self, word: str) -> bool:
        if any(char.isdigit() for char in word) and word not in self._texting:
            return False
        return word not in self._chain.stop_words and not self._is_known(word)

    def _is_matter(self, word: str) -> bool:
        return word in self._counts and word not in self._chain.stop_words

    @property
    def _texting(self) -> Mapping[str, str]:
        return TEXTING.get(self._language, {})

    def _is_foreign(self, terms: Sequence[Term]) -> bool:
        """Tell whether the small words of another language outnumber those of this one."""
        words = {term.exact for term in terms}
        own = len(words & (self._chain.stop_words | self._texting.keys()))
        others = (analyzer(name).stop_words for name in _GUESSED if name != self._language)
        return any(len(words & other) > max(own, 1) for other in others)

    def _choices(self, word: str) -> tuple[Choice, ...]:
        """Return what a word may have meant by itself, the likeliest first."""
        with self._lock:
            if word in self._remembered:
                self._remembered.move_to_end(word)
                return self._remembered[word]
        found = [*self._texted(word), *self._elided(word), *self._split(word), *self._slipped(word)]
        best: dict[tuple[str, ...], Choice] = {}
        for choice in sorted(found, key=lambda each: -each.score):
            best.setdefault(choice.words, choice)
        choices = tuple(best.values())
        with self._lock:
            self._remembered[word] = choices
            while len(self._remembered) > REMEMBERED_WORDS:
                self._remembered.popitem(last=False)
        return choices

    def _choice(self, words: Iterable[str], cost: float, shown: str = "") -> Choice:
        """Return a choice with the score of its slips and of its rarest word's frequency."""
        said = tuple(words)
        rarity = [self._rarity(word) for word in said] or [0.0]
        extra = PIECE_WEIGHT * (len(said) - 1)
        score = -SLIP_WEIGHT * cost - FREQUENCY_WEIGHT * max(rarity) - extra
        return Choice(said, score, cost, shown or " ".join(said))

    def _rarity(self, word: str) -> float:
        count = self._counts.get(word, 0) or self._stem_counts[self._chain.stem(word)]
        if not count and word in self._chain.stop_words:
            return 3.0
        return math.log(self._total / (count + 0.5))

    def _says(self, word: str) -> bool:
        """Tell whether the articles say a word, or another inflection of a word that exists."""
        if word in self._counts or word in self._chain.stop_words:
            return True
        return self._chain.stem(word) in self._stem_counts and word in dictionary(self._language)

    def _texted(self, word: str) -> Iterable[Choice]:
        meant = self._texting.get(word)
        if meant is not None:
            words = self._chain.exact_terms(meant)
            if all(self._says(each) for each in words):
                yield self._choice(words, TEXTING_COST, meant)

    def _elided(self, word: str) -> Iterable[Choice]:
        """Yield what is left of "labonnement" when its apostrophe is put back."""
        for cut in (1, 2):
            rest = word[cut:]
            is_elision = len(rest) > 1 and rest[0] in "aeiouyh" and self._says(rest)
            if is_elision and self._chain.elides(f"{word[:cut]}'"):
                yield self._choice([rest], ELISION_COST, f"{word[:cut]}'{rest}")

    def _split(self, word: str) -> Iterable[Choice]:
        """Yield the words whose spaces were left out."""
        if len(word) < 2 * MIN_PIECE_LETTERS:
            return
        for pieces in self._pieces(word, MAX_PIECES):
            if len(pieces) > 1:
                cost = COMPOUND_COST if self._language in _LINKS else SPACE_COST
                if pieces[0] in _PREFIXES:
                    cost += PREFIX_COST
                yield self._choice(pieces, cost + 0.2 * (len(pieces) - 2))

    def _pieces(self, word: str, most: int) -> Iterable[tuple[str, ...]]:
        if self._is_piece(word):
            yield (word,)
        if most == 1:
            return
        links = _LINKS.get(self._language, ("",))
        for cut in range(MIN_PIECE_LETTERS, len(word) - MIN_PIECE_LETTERS + 1):
            if not self._is_piece(word[:cut]):
                continue
            for link in links:
                if word.startswith(link, cut):
                    for rest in self._pieces(word[cut + len(link) :], most - 1):
                        yield (word[:cut], *rest)

    def _is_piece(self, word: str) -> bool:
        """Tell whether a word may have lost its space: many short "words" of texts are marks."""
        if word in self._chain.stop_words or len(word) >= MIN_LETTERS:
            return self._says(word)
        if len(word) < MIN_LETTERS - 1 or word not in self._counts:
            return False
        return self._counts[word] >= MIN_PIECE_COUNT or word in dictionary(self._language)

    def _slipped(self, word: str) -> Iterable[Choice]:
        """Yield the words of the articles that are a slip or two away."""
        if len(word) < MIN_LETTERS:
            return
        slips = 2 if len(word) >= TWO_SLIPS_LETTERS else 1
        for near in self._near(word, slips):
            yield self._choice([near], slip_cost(word, near, self._language))

    def _near(self, word: str, slips: int) -> list[str]:
        """Return words within a distance; two words so near share most of their letters."""
        unlike = np.bitwise_count(self._masks ^ masks([word])[0])
        apart = np.abs(self._lengths - len(word))
        places = np.flatnonzero((unlike <= 2 * slips) & (apart <= slips)).tolist()
        words = [self._words[place] for place in places]
        found = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
        found.sort(key=lambda each: (each[1], -self._counts[each[0]]))
        return [near for near, _, _ in found[:MAX_CANDIDATES]]

    def _weighed(
        self, choices: Sequence[Choice], known: Sequence[str], floor: float
    ) -> tuple[Choice, ...]:
        """Weigh choices by how they go with the other words; return those worth a search."""
        fitted = [replace(each, score=each.score + self._fit(each, known)) for each in choices[:8]]
        fitted.sort(key=lambda each: -each.score)
        if fitted:
            floor = max(floor, fitted[0].score - LIKELY_MARGIN)
        distinct: dict[tuple[str, ...], Choice] = {}  # "delivered" and "deliver" are found alike
        for each in fitted:
            if each.score >= floor:
                distinct.setdefault(tuple(map(self._chain.stem, each.words)), each)
        return tuple(distinct.values())[:MAX_CHOICES]

    def _fit(self, choice: Choice, known: Sequence[str]) -> float:
        words = [word for word in choice.words if self._is_matter(word)]
        pairs = [self._together(word, other) for word in words for other in known]
        return FIT_WEIGHT * sum(pairs) / len(pairs) if pairs else 0.0

    def _joined(
        self, text: str, terms: Sequence[Term], term: Term, correction: Correction
    ) -> Correction:
        """Try the word together with the one after or before it, as in "pass e"."""
        place = terms.index(term)
        best = correction
        for first, second in ((place, place + 1), (place - 1, place)):
            if (
                first < 0
                or second >= len(terms)
                or text[terms[first].end : terms[second].start] != " "
            ):
                continue
            whole = terms[first].exact + terms[second].exact
            if self._is_matter(whole):
                choice = self._choice([whole], SPACE_COST)
                if not best.choices or choice.score > best.choices[0].score:
                    best = Correction(terms[first].start, terms[second].end, (choice,))
        return best


def _is_name(text: str, term: Term) -> bool:
    """Tell whether a word is typed as an acronym in a query that is not all in capitals."""
    return is_acronym(text[term.start : term.end]) and any(map(str.islower, text))


def _typed(chain: Analyzer, text: str) -> list[Term]:
    """Return the words of a query, one a place: of compounds the parts."""
    places: dict[int, Term] = {}
    for term in chain.analyse(text, keep_stop_words=True):
        places.setdefault(term.position, term)
    return list(places.values())
