"""What a query asks of one snapshot, language by language: read once, then ranked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from search.analysis import analyzer
from search.arrays import Array, Mask, Numbers
from search.exact import Exact, holders, is_unheard_of, lift_of, lifting, run_of, ways_of
from search.reading.queries import Wanted, parse, query_terms
from search.reading.spelling import Correction
from search.snapshot import Snapshot

_WORD = re.compile(r"[^\W_]+")

MIN_COMPOUND_LETTERS = 4  # "wifi"
COMPOUND_WEIGHT = 0.9  # beside the words as they were typed
MAX_WORDS_AROUND = 6  # of a query that looks a phrase up; a longer sentence only mentions it


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks of the articles of one language."""

    wanted: Sequence[Wanted]
    among: Mask | None = None  # articles that say every phrase and nothing excluded; None: all
    exact: Array | None = None  # what is added to the score of articles, for exact things
    named: Sequence[tuple[Exact, Numbers]] = ()  # these things, with the articles that hold each
    text: str = ""  # the words in their order, corrected where that is sure
    lacks_code: bool = False  # whether it names a code that no article holds


@dataclass(frozen=True, slots=True)
class Question:
    """A query as it is read on one snapshot."""

    text: str  # what is asked, without operators: the text to be encoded
    asked: Mapping[str, Asked]  # by language
    corrected: str | None = None  # the same with what unknown words most likely meant
    unmatched_phrases: tuple[str, ...] = ()  # quoted, but no article says them: taken as words
    reworded: str | None = None  # with what rules say of words that no article knows

    @property
    def meant(self) -> str:
        """The text to be encoded."""
        return self.reworded or self.corrected or self.text


def read(
    snapshot: Snapshot, text: str, languages: Sequence[str], own: str, *, as_typed: bool = False
) -> Question:
    """Read a tidy query, written in a visitor's own language, for the articles of some.

    `as_typed` leaves words that nothing says as they are.
    """
    query = parse(text, lambda word: any(snapshot.writes(word.lower(), n) for n in languages))
    looks_up = own in languages and len(query.outside.split()) <= MAX_WORDS_AROUND
    strict = query.phrases if looks_up else ()
    masks = {name: _saying(snapshot, strict, name) for name in languages}
    unmatched: tuple[str, ...] = ()
    if strict and not any(mask is not None and mask.any() for mask in masks.values()):
        masks = dict.fromkeys(languages)
        missing = (each for each in strict if not _is_said(snapshot, each, languages))
        unmatched = tuple(missing) or strict
    spoken = _spoken(snapshot, query.text, languages) if own in languages else own
    corrects = own in languages and not as_typed
    corrections = snapshot.speller(spoken).corrections(query.text) if corrects else []
    corrected = _corrected(snapshot, query.text, corrections, spoken)
    meant = replace(query, text=corrected or query.text)
    named = {
        name: tuple(lifting(meant if name == spoken else query, name, snapshot, is_own=name == own))
        for name in languages
    }
    lacks_code = is_unheard_of(query, languages, snapshot)
    asked = {
        name: Asked(
            _with_compounds(
                query_terms(query.text, name, corrections if name == spoken else ()),
                query.text,
                name,
                snapshot,
            ),
            _sparing(snapshot, masks[name], query.excluded, name),
            lift_of(named[name], snapshot),
            named[name],
            corrected if corrected and name == spoken else query.text,
            lacks_code,
        )
        for name in languages
    }
    return Question(query.text, asked, corrected, unmatched)


def _spoken(snapshot: Snapshot, text: str, languages: Sequence[str]) -> str:
    """Return the language that knows most of the words; the first of those that know as many."""

    def known(language: str) -> int:
        chain, vocabulary = analyzer(language), snapshot.vocabulary(language)
        words = set(chain.exact_terms(text))
        return sum(word in vocabulary or word in chain.stop_words for word in words)

    return max(languages, key=known)


def _with_compounds(
    wanted: Sequence[Wanted], text: str, language: str, snapshot: Snapshot
) -> list[Wanted]:
    """Let an article that says "newsletter" say both words of "news letter"."""
    chain = analyzer(language)
    found = list(wanted)
    for first, second in pairwise(chain.analyse(text, keep_stop_words=True)):
        if not chain.stop_words.isdisjoint((first.exact, second.exact)):
            continue
        whole = first.exact + second.exact
        if text[first.end : second.start] != " " or len(whole) < MIN_COMPOUND_LETTERS:
            continue
        if not whole.isalpha() or not snapshot.writes(whole, language):
            continue
        parts = {(first.text,), (second.text,)}
        for place, thing in enumerate(found):
            if thing.typed in parts:
                found[place] = thing.or_as(chain.stem(whole), weight=COMPOUND_WEIGHT)
    return found


def _corrected(
    snapshot: Snapshot, text: str, corrections: Sequence[Correction], language: str
) -> str | None:
    """Return a query with what it surely meant in place of what was typed, or None."""
    sure = [each for each in corrections if each.is_sure and each.choices[0].words]
    pieces: list[str] = []
    end = 0
    for each in sure:
        shown = _WORD.sub(lambda w: snapshot.written(w.group(), language), each.choices[0].shown)
        if text[each.start].isupper():
            shown = shown[0].upper() + shown[1:]
        pieces += [text[end : each.start], shown]
        end = each.end
    return "".join([*pieces, text[end:]]) if sure else None


def _saying(snapshot: Snapshot, phrases: Sequence[str], language: str) -> Mask | None:
    """Return which articles say every phrase word for word."""
    if not phrases:
        return None
    mask = snapshot.in_language(language).copy()
    for phrase in phrases:
        mask &= _members(snapshot, snapshot.holding(run_of(phrase, language), language))
    return mask


def _is_said(snapshot: Snapshot, phrase: str, languages: Sequence[str]) -> bool:
    return any(len(snapshot.holding(run_of(phrase, name), name)) for name in languages)


def _sparing(
    snapshot: Snapshot, among: Mask | None, excluded: Sequence[str], language: str
) -> Mask | None:
    """Take out the articles that say something excluded, in any inflection."""
    for each in excluded:
        gone = _members(snapshot, holders(snapshot, ways_of(each, language), language))
        stems = analyzer(language).terms(each)
        if stems:
            found = snapshot.score([Wanted.of(*stems)], language).articles
            gone |= found > 0.0
        among = (snapshot.in_language(language) if among is None else among) & ~gone
    return among


def _members(snapshot: Snapshot, numbers: Numbers) -> Mask:
    mask = np.zeros(len(snapshot.entries), dtype=bool)
    mask[numbers] = True
    return mask
