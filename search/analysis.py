"""Turn text into terms: one chain per language, the same for documents and for queries.

Folding comes before stemming, so that a customer who types no accent meets the same stem. Every
term is in lower case, except stop words that are names, such as US, which stay in capitals.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer
from whoosh.lang import has_stopwords, stopwords_for_language
from whoosh.lang import languages as whoosh_languages

ANALYSIS_VERSION = 6  # raise it when terms change: the index is then built anew
REMEMBERED_WORDS = 200_000  # some 30 MB a language; texts use few words, again and again
MAX_TERM_LENGTH = 64  # longer "words" are encodings and keys, which nobody types
MAX_ACRONYM_LENGTH = 10

_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
_ELISIONS = {
    "fr": re.compile(r"^(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu|quoiqu|quelqu|presqu|entr)'(?=\w)"),
    "it": re.compile(r"^(?:[cdlmnstv]|un|gl|all|dall|dell|nell|sull|coll|quell)'(?=\w)"),
    "ca": re.compile(r"^[dlmnst]'(?=\w)"),
}
# Words of asking rather than of matter; Snowball's lists leave them in.
_QUESTION_WORDS = {
    "en": "can cannot cant could did didnt do does doesnt doing dont how i id ill im isnt ive its "
    "like may might must please should shall wont will would want what whats when where which "
    "who why you youre your thanks hello hi theyre theyve weve youve youd youll hes shes thats "
    "theres heres whos wheres hows lets wouldnt couldnt shouldnt",
    "fr": "afin ainsi alors apres bonjour car ca cela cet cette comment comme donc dois doit est-ce "
    "faire fait faut les lors merci peut peux peuvent pourquoi pouvez puis puis-je quand quel quelle "
    "quelles quels quoi sans sous tres veux voudrais vers",
}
_CONTENT_WORDS = {"fr": "ete moi", "en": "off down out up under over no not"}  # "soldes d'été"

_WORD = re.compile(r"\w+(?:[’'ʼ‘.,\-‐‑]\w+)*")
_PARTS = re.compile(r"v?\d+(?:[.,]\d+)+|[^\W_]+")  # a version or a price is one word
_APOSTROPHES = str.maketrans("’ʼ‘‐‑", "'''--")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_LATIN = re.compile(r"[a-zA-Z]")
# "fuer" is "für" without the keyboard; but "Steuer", "Quelle" and "aktuell" have no umlaut.
_UMLAUTS = {"de": re.compile(r"([ao])e(?![aeiou])|(?<![aeiq])(u)e(?!ll)")}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a text and the characters that it stands for."""

    text: str
    exact: str
    position: int
    start: int
    end: int


def fold(text: str) -> str:
    """Lower the case, drop the accents of Latin letters, open ligatures."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    spelled = lowered.translate(_APOSTROPHES).translate(_LIGATURES)
    # Lowered again: 𝕬 becomes a plain A only when it is decomposed.
    return unicodedata.normalize("NFC", "".join(_unaccented(spelled)).lower())


def _unaccented(text: str) -> Iterator[str]:
    base = ""
    for char in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(char):
            base = char
            yield char
        elif not _LATIN.match(base):  # Cyrillic й is a letter of its own, not an accented и
            yield char


def language_of(locale: str) -> str:
    """Return the language of a locale: `fr` of `fr-CA` or `fr_CA`."""
    return re.split(r"[-_]", locale.lower(), maxsplit=1)[0]


class Analyzer:
    """The chain of one language: words, elision, folding, stop words, stems."""

    def __init__(self, locale: str) -> None:
        """Build the chain; an unknown language folds and does not stem."""
        self.language = language_of(locale)
        known = self.language in _STEMMERS and self.language in whoosh_languages
        # The stemmer's own cache is not shared between threads safely; ours is a plain dict.
        self._stemmer = Stemmer.Stemmer(_STEMMERS[self.language], 0) if known else None
        self._stems: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._words: dict[str, tuple[tuple[str | None, str, int, int, int], ...]] = {}
        self._elision = _ELISIONS.get(self.language)
        self._umlauts = _UMLAUTS.get(self.language)
        listed = _stop_words(self.language) if known else frozenset()
        self.stop_words = frozenset(map(self._respelt, listed))

    def terms(self, text: str, *, keep_stop_words: bool = False) -> list[str]:
        """Return the stems of a text in order, compounds both split and joined."""
        return [term.text for term in self.analyse(text, keep_stop_words=keep_stop_words)]

    def asked_terms(self, text: str) -> list[str]:
        """Return the stems of what is asked; stop words only where there is nothing else."""
        return self.terms(text) or self.terms(text, keep_stop_words=True)

    def exact_terms(self, text: str) -> list[str]:
        """Return the folded words of a text, unstemmed, stop words among them."""
        return [term.exact for term in self.analyse(text, keep_stop_words=True)]

    def analyse(
        self, text: str, *, keep_stop_words: bool = False, among: frozenset[str] | None = None
    ) -> Iterator[Term]:
        """Yield terms with their places; a joined compound shares its first part's position.

        With `among`, only those whose stem is one of these, which is several times sooner.
        """
        position = 0
        for found in _WORD.finditer(text):
            at = found.start()
            for stem, exact, start, end, step in self._word(found.group()):
                position += step
                if among is not None and stem not in among and exact not in self.stop_words:
                    continue
                if stem is None:
                    continue
                shown = stem
                if exact in self.stop_words:
                    if _is_name(text, at + start, at + end):
                        shown = exact.upper()
                    elif not keep_stop_words:
                        continue
                if among is None or shown in among:
                    yield Term(shown, exact, position, at + start, at + end)

    def _word(self, word: str) -> tuple[tuple[str | None, str, int, int, int], ...]:
        """Return (stem, folded, start, end, position step) of each piece of a word as written."""
        known = self._words.get(word)
        if known is None:
            known = tuple(
                (
                    self.stem(exact) if len(exact) <= MAX_TERM_LENGTH else None,
                    exact,
                    start,
                    end,
                    step,
                )
                for exact, start, end, step in self._pieces(word, 0)
            )
            if len(self._words) < REMEMBERED_WORDS and len(word) <= MAX_TERM_LENGTH:
                self._words[word] = known
        return known

    def elides(self, beginning: str) -> bool:
        """Tell whether a folded beginning, its apostrophe included, is elided in this language."""
        return self._elision is not None and self._elision.match(f"{beginning}x") is not None

    def stem(self, folded: str) -> str:
        """Return the stem of a folded word; a word with a digit is its own stem."""
        stem = self._stems.get(folded)
        if stem is None:
            stem = self._stem(folded)
            if len(self._stems) < REMEMBERED_WORDS:
                self._stems[folded] = stem
        return stem

    def _fold(self, word: str) -> str:
        folded = self._folded.get(word)
        if folded is None:
            folded = self._respelt(fold(word))
            if len(self._folded) < REMEMBERED_WORDS:
                self._folded[word] = folded
        return folded

    def _respelt(self, folded: str) -> str:
        """Write a folded word as it is folded with its umlauts."""
        return self._umlauts.sub(r"\1\2", folded) if self._umlauts else folded

    def _stem(self, folded: str) -> str:
        if self._stemmer is None or any(char.isdigit() for char in folded):
            return folded
        word = folded
        if self.language == "fr":  # "créée" folds to "creee", which Snowball leaves alone
            word = re.sub(r"(?<=..)e?es?$", "e", word) if word.endswith(("ee", "ees")) else word
        return str(self._stemmer.stemWord(word)) or folded

    def _pieces(self, word: str, offset: int) -> Iterator[tuple[str, int, int, int]]:
        """Yield (folded, start, end, position step) for a word and, if compound, its parts."""
        plain = word.translate(_APOSTROPHES)
        if word.isalnum():
            yield self._fold(word), offset, offset + len(word), 1
            return
        if self._elision and (elided := self._elision.match(plain.lower())):
            cut = elided.end()
            yield from self._pieces(word[cut:], offset + cut)
            return
        if self.language == "en" and plain.lower().endswith("'s"):
            yield from self._pieces(word[:-2], offset)
            return
        parts = [(m.group(), m.start(), m.end()) for m in _PARTS.finditer(word)]
        yield from self._compound(word, plain, parts, offset)

    def _compound(
        self, word: str, plain: str, parts: list[tuple[str, int, int]], offset: int
    ) -> Iterator[tuple[str, int, int, int]]:
        end = offset + len(word)
        if self.language == "en" and "'" in plain and len(parts) == 2:
            yield fold(parts[0][0] + parts[1][0]), offset, end, 1
            return
        folded = [self._fold(part).replace(",", ".") for part, _, _ in parts]
        if len(parts) > 1 and "." in word and all(len(part) == 1 for part in folded):
            yield "".join(folded), offset, end, 1  # S.E.P.A.
            return
        # "wi-fi" is found by "wifi" and E-47 by "e47"; "puis-je" is no compound.
        inverted = self.language == "fr" and not self.stop_words.isdisjoint(folded)
        joined = 1 < len(parts) <= 3 and not inverted
        for index, (_, start, stop) in enumerate(parts):
            yield folded[index], offset + start, offset + stop, 1
            if index == 0 and joined:
                yield "".join(folded), offset, end, 0


@lru_cache(maxsize=64)
def analyzer(locale: str) -> Analyzer:
    """Return the shared analyzer of a locale."""
    return Analyzer(locale)


def is_acronym(written: str) -> bool:
    """Tell whether a word is written in capitals throughout, as acronyms are."""
    letters = written.replace(".", "")
    return 1 < len(letters) <= MAX_ACRONYM_LENGTH and letters.isupper() and letters.isalnum()


def _is_name(text: str, start: int, end: int) -> bool:
    """Tell whether a stop word is a name, as in "the IT desk": capitals in a line that has few."""
    if not is_acronym(text[start:end]):
        return False
    line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1]
    if line.strip() == text[start:end]:
        return True
    return 2 * sum(map(str.islower, line)) > sum(map(str.isalpha, line))


def _stop_words(language: str) -> frozenset[str]:
    known = stopwords_for_language(language) if has_stopwords(language) else ()
    listed = {fold(word) for word in known}
    listed |= {word.replace("'", "") for word in listed}
    listed |= set(_QUESTION_WORDS.get(language, "").split())
    return frozenset(listed - set(_CONTENT_WORDS.get(language, "").split()))
