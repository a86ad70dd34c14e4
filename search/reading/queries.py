"""What a visitor typed, made ready for both retrievers."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from search.analysis import analyzer
from search.reading.spelling import Correction

MAX_QUERY_CHARACTERS = 1_000
MAX_QUERY_TERMS = 48
MAX_OPERATORS = 12  # phrases and exclusions; further ones are ordinary text
CORRECTED_WEIGHT = 0.9  # of what a misspelt word most likely meant, beside words typed right
UNLIKELY_WEIGHT = 0.5  # of what else it may have meant

_QUOTED = re.compile(  # a quotation mark opens where no word ends: a screen of 5" is no quotation
    r"(?<![\w\"“”«„])(?P<without>-?)"
    r"(?:\"(?P<plain>[^\"]*)\"|[“”„](?P<curly>[^“”]*)[“”]|«(?P<angle>[^»]*)»)(?!\w)"
)
_WITHOUT = re.compile(r"(?<!\S)-(?=[^\W_])(?P<word>\S+)")
_WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_]-[^\W\d_]{2}")  # how a word begins: "wifi", "e-mail"
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[^\W_]+(?:[.,_‐‑-][^\W_]+)*")  # "E-21", "5ghz", "v2.1"
_AMOUNT = re.compile(  # what has a minus before it in ordinary text: degrees, levels, money, time
    r"[\d.,-]+(?:[cfk]|deg\w*|dba?|dbm|dbi|v|vdc|vac|mv|m?a|e|eur\w*|usd|gbp|h\d*|hrs?|min\w*|s|sec|"
    r"ans?|y|yrs?|j|mois|kg|km|m|cm|mm|pts?|pct|er|ere|e?me|i?eme|st|nd|rd|th)",
    re.IGNORECASE,
)

_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")  # what a server leaves of an address that is no text


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


@dataclass(frozen=True, slots=True)
class Form:
    """One way of saying a thing: an article says it where it holds every one of its stems."""

    stems: tuple[str, ...]
    weight: float = 1.0  # 0..1: what an article that says it so is worth beside the typed form


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a query asks for, in any of its forms; the typed one comes first.

    All forms together count as one term of BM25: a synonym finds more, and doubles no score.
    """

    forms: tuple[Form, ...]
    times: int = 1  # how often the query says it

    @classmethod
    def of(cls, *stems: str, times: int = 1) -> "Wanted":
        """Return what is wanted where the stems of one form say it."""
        return cls((Form(stems),), times)

    def or_as(self, *stems: str, weight: float = 1.0) -> "Wanted":
        """Return the same thing with one more form, unless it is known already."""
        known = any(form.stems == stems for form in self.forms)
        return self if known else Wanted((*self.forms, Form(stems, weight)), self.times)

    @property
    def typed(self) -> tuple[str, ...]:
        """The stems of the form that was typed."""
        return self.forms[0].stems


def stems_of(wanted: Sequence[Wanted]) -> tuple[str, ...]:
    """Return every stem of every form, each once, to be lit in what is shown."""
    return tuple(dict.fromkeys(s for each in wanted for form in each.forms for s in form.stems))


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart; `text` is all that is asked, in the order typed, without operators.

    A query that is nothing but operators has none: it is a text like any other.
    """

    text: str
    phrases: tuple[str, ...] = ()  # what an article must say word for word
    excluded: tuple[str, ...] = ()  # what it must not say
    outside: str = ""  # the text outside the phrases


def _nothing(_word: str) -> bool:
    return False


def parse(text: str, is_written: Callable[[str], bool] = _nothing) -> Query:
    """Take a tidy query apart: "quoted phrases", -words, -codes, -"phrases" to be spared.

    `is_written` tells of a word with its dash whether the site's own texts write it: who asks for
    "find -name" does not want to be spared the word.
    """
    phrases: list[str] = []
    excluded: list[str] = []

    def quoted(found: re.Match[str]) -> str:
        phrase = next(each for each in found.group("plain", "curly", "angle") if each is not None)
        if not _says_something(phrase) or len(phrases) + len(excluded) >= MAX_OPERATORS:
            return found.group()
        if found["without"]:
            excluded.append(phrase.strip())
            return " "
        phrases.append(phrase.strip())
        return "\0"

    def without(found: re.Match[str]) -> str:
        word = found["word"].strip("\"'“”«».,;:!?…")
        if not _is_excludable(word) or is_written(found.group()):
            return found.group()
        if len(phrases) + len(excluded) >= MAX_OPERATORS:
            return found.group()
        excluded.append(word)
        return " "

    text = text.replace("\0", " ")
    rest = _WITHOUT.sub(without, _QUOTED.sub(quoted, text))
    outside = " ".join(rest.replace("\0", " ").split())
    if not phrases and not _says_something(outside):
        return Query(text, outside=text)
    asked = " ".join(_filled(rest, phrases).split())
    return Query(asked, tuple(phrases), tuple(excluded), outside)


def _is_excludable(word: str) -> bool:
    """Tell whether a dash excludes what follows it: words and codes, not amounts, not `-l`."""
    if _WORD.match(word):
        return True
    return bool(_CODE.fullmatch(word)) and not _AMOUNT.fullmatch(word)


def _filled(rest: str, phrases: Sequence[str]) -> str:
    """Put the phrases back where they stood, without their quotation marks."""
    pieces = rest.split("\0")
    return "".join(a + b for a, b in zip(pieces, [*phrases, ""], strict=True))


def _says_something(text: str) -> bool:
    return any(char.isalnum() for char in text)


def query_terms(text: str, language: str, corrections: Sequence[Correction] = ()) -> list[Wanted]:
    """Return what a query asks for; stop words only where there is nothing else.

    What a corrected stretch may have meant stands beside what was typed, and weighs less.
    """
    chain = analyzer(language)
    found = [Wanted.of(each) for each in _typed_stems(text, language, corrections)]
    for correction in corrections:
        typed = tuple(chain.terms(text[correction.start : correction.end], keep_stop_words=True))
        found += _meant(typed, correction, language)
    if not found:
        found = [Wanted.of(term) for term in chain.terms(text, keep_stop_words=True)]
    counted = Counter(found[:MAX_QUERY_TERMS])
    return [replace(thing, times=times) for thing, times in counted.items()]


def _typed_stems(text: str, language: str, corrections: Sequence[Correction]) -> Iterator[str]:
    for term in analyzer(language).analyse(text):
        if not any(each.start <= term.start < each.end for each in corrections):
            yield term.text


def _meant(typed: tuple[str, ...], correction: Correction, language: str) -> Iterator[Wanted]:
    """Yield the words of the likeliest choice, the other choices beside the first of them."""
    chain = analyzer(language)
    likeliest, *others = (
        tuple(chain.stem(word) for word in choice.words if word not in chain.stop_words)
        for choice in correction.choices
    )
    for number, stem in enumerate(likeliest):
        thing = Wanted.of(*typed).or_as(stem, weight=CORRECTED_WEIGHT)
        for other in others if not number else ():
            if other:
                thing = thing.or_as(*other, weight=UNLIKELY_WEIGHT)
        yield thing
