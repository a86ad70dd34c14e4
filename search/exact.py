"""What a query names exactly: codes, references, acronyms, names with a number, its own words.

An article that holds such a thing as it was typed comes first, whatever stems and neighbours in
meaning say, unless so many articles hold it that it tells nothing. docs/decisions/0014 says what
each rule does to relevance.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from search.analysis import analyzer, fold, is_acronym
from search.arrays import Array, Numbers
from search.positions import words_of
from search.reading.queries import Query, Wanted
from search.snapshot import Snapshot

RARE_SHARE = 0.05  # of the articles of a language: what more of them hold distinguishes none
ALWAYS_RARE = 3  # articles, however few there are in all
ACRONYM_SHARE = 0.5  # of a word's occurrences in capitals make it an acronym, typed as it may be
MIN_NUMBER_DIGITS = 4  # shorter numbers count beside a name: "Aurora 2"
FEW_WORDS = 2  # of matter in a query that looks something up; a sentence only mentions it

SENTENCE_WORDS = 4  # that stand together in an article are no chance
MAIN_FORM_SHARE = 0.5  # of the articles that say a word, in any inflection, make a form its name

# Added to a fused score of 0..1: what is added once comes first.
FIRST = 1.0
NUMBER_IN_SENTENCE = 0.3  # years crowd: 1.0 costs piaf-fr .001
FEW_WORDS_TOGETHER = 0.1  # one article may say "family allowance" where all others have plurals
OTHER_INFLECTION = 0.1  # the same of a single word: most articles say it in another form
ACRONYM_IN_SENTENCE = 0.1  # "Deleting FB acc." is not about the one article that writes FB

Run = tuple[tuple[int, str], ...]

_TOKEN = re.compile(r"[^\W_]+(?:[._\-‐‑][^\W_]+)*")
_JOINED = re.compile(r"[-‐‑\s]")
_BETWEEN = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")  # letters and digits, no space
_CODE = re.compile(r"[^\W\d_]{1,5}[-‐‑]?\d{1,5}$")  # E-99, KB1042; not 78x36, which is a size
_MEASURE = re.compile(r"\d+(?:[a-z]{1,4}|ieme)$")  # 20th, 2eme, 30min, 150cm


@dataclass(frozen=True, slots=True)
class Exact:
    """One thing that a query names, the ways it may be written, and what it lifts an article by."""

    typed: str
    runs: tuple[Run, ...]
    lift: float = FIRST


def run_of(text: str, language: str) -> Run:
    """Return the words of a text with their distances from the first, one word a place."""
    places: dict[int, str] = {}
    for place, word in words_of(text, language):
        places.setdefault(place, word)
    first = min(places, default=0)
    return tuple((place - first, word) for place, word in places.items())


def ways_of(text: str, language: str) -> tuple[Run, ...]:
    """Return the ways a thing may be written: "E-21", "E21" and "E 21", "5ghz" and "5 GHz"."""
    joined = _JOINED.sub("", fold(text)) if _has_digit(text) else fold(text)
    written = (text, joined, *(_BETWEEN.sub(" ", each) for each in (text, joined)))
    return tuple(dict.fromkeys(run_of(each, language) for each in written))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def exact_things(
    query: Query, language: str, snapshot: Snapshot, *, is_own: bool = True
) -> Iterator[Exact]:
    """Yield what a query names exactly; in a language that is not its own, codes and numbers.

    Elsewhere its words are chance: a French page may well quote the English title of another.
    """
    for phrase in query.phrases if is_own else ():
        yield Exact(phrase, (run_of(phrase, language),))
    whole = run_of(query.text, language)
    if is_own and len(whole) > 1:
        is_sentence = len(whole) >= SENTENCE_WORDS
        yield Exact(query.text, (whole,), FIRST if is_sentence else FEW_WORDS_TOGETHER)
    tokens = list(_TOKEN.finditer(query.text))
    matter = sum(_is_matter(token.group(), language) for token in tokens)
    shouted = len(tokens) > FEW_WORDS and not any(map(str.islower, query.text))
    for before, token in zip([None, *tokens], tokens, strict=False):
        found = _by_shape(query.text, before if is_own else None, token, language)
        if found is None and is_own and not shouted:
            found = _by_case(token.group(), language, snapshot)
        if found is not None and matter <= FEW_WORDS:
            found = replace(found, lift=FIRST)
        if found is None and is_own and matter == 1:
            found = _alone(token.group(), language, snapshot)
        if found is not None:
            yield found


def lifting(
    query: Query, language: str, snapshot: Snapshot, *, is_own: bool = True
) -> Iterator[tuple[Exact, Numbers]]:
    """Yield what a query names exactly and few enough articles hold, with these articles."""
    whole = run_of(query.text, language)
    titled = snapshot.named(whole, language)
    if is_own and len(titled):
        yield Exact(query.text, (whole,)), titled
    total = int(snapshot.in_language(language).sum())
    most = max(ALWAYS_RARE, int(RARE_SHARE * total))
    for thing in exact_things(query, language, snapshot, is_own=is_own):
        held = holders(snapshot, thing.runs, language)
        if thing.lift and 0 < len(held) <= most:
            yield thing, held


def is_unheard_of(query: Query, languages: Iterable[str], snapshot: Snapshot) -> bool:
    """Tell whether a query names a code, such as E-99, that no article of any language holds."""
    for token in _TOKEN.finditer(query.text):
        if not _CODE.match(token.group()):
            continue
        if not any(len(holders(snapshot, ways_of(token.group(), n), n)) for n in languages):
            return True
    return False


def lift_of(named: Iterable[tuple[Exact, Numbers]], snapshot: Snapshot) -> Array | None:
    """Return what named things add to the score of every article, or None where there are none."""
    lift: Array | None = None
    for thing, held in named:
        lift = np.zeros(len(snapshot.entries)) if lift is None else lift
        lift[held] += thing.lift
    return lift


def holders(snapshot: Snapshot, runs: Sequence[Run], language: str) -> Numbers:
    """Return the articles that hold a thing in any way it may be written."""
    found = [snapshot.holding(run, language) for run in runs if run]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _is_matter(word: str, language: str) -> bool:
    return fold(word) not in analyzer(language).stop_words


def _by_shape(
    text: str, before: re.Match[str] | None, token: re.Match[str], language: str
) -> Exact | None:
    """Return a code, a reference or a number by how it is written, or None."""
    typed = token.group()
    digits = sum(map(str.isdigit, typed))
    letters = sum(map(str.isalpha, typed))
    if digits and not letters:
        if before is not None and _is_name_before(text, before, token, language):
            phrase = text[before.start() : token.end()]
            return Exact(phrase, (run_of(phrase, language),))
        if digits >= MIN_NUMBER_DIGITS or typed.count(".") > 1:
            return Exact(typed, (run_of(typed, language),), NUMBER_IN_SENTENCE)
        return None
    is_code = digits and not _MEASURE.match(fold(typed))
    is_address = "." in typed and (typed.isupper() or len(typed.split(".")[-1]) > 1)
    if is_code or "_" in typed or is_address or ("-" in typed and typed.isupper()):
        return Exact(typed, (run_of(typed, language), ((0, _JOINED.sub("", fold(typed))),)))
    return None


def _is_name_before(text: str, before: re.Match[str], token: re.Match[str], language: str) -> bool:
    between = text[before.end() : token.start()]
    is_near = between == " " and before.group().isalpha()
    return is_near and _is_matter(before.group(), language)


def _by_case(typed: str, language: str, snapshot: Snapshot) -> Exact | None:
    """Return an acronym, as typed or as the articles write it, or None."""
    folded = fold(typed)
    in_capitals = snapshot.writes(folded.upper(), language)
    lift = ACRONYM_IN_SENTENCE if is_acronym(typed) else 0.0
    is_written_so = in_capitals >= ACRONYM_SHARE * snapshot.writes(folded, language)
    if not in_capitals or not (lift or (is_written_so and _is_matter(typed, language))):
        return None
    return Exact(typed, (((0, folded.upper()),),), lift)


def _alone(typed: str, language: str, snapshot: Snapshot) -> Exact | None:
    """Return the only word of matter in a query, in the very form that was typed."""
    if not _is_matter(typed, language):
        return None
    run = run_of(typed, language)
    wanted = Wanted.of(analyzer(language).stem(fold(typed)))
    said = np.count_nonzero(snapshot.score([wanted], language).articles)
    is_name = len(snapshot.holding(run, language)) >= MAIN_FORM_SHARE * said
    return Exact(typed, (run,), FIRST if is_name else OTHER_INFLECTION)
