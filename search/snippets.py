"""Two lines of a passage, begun at a sentence, with the query's words lit.

A text is analysed once: everything else works on the places that were found. Lines that end
without punctuation (labels, headings, rows of tables) are kept apart by a middle dot.
"""

import math
import re
from collections.abc import Collection, Sequence
from html import escape

from search.analysis import Term, analyzer
from search.passages import sentences

SNIPPET_CHARACTERS = 240  # two lines at the measure of the results page
LEAD_CHARACTERS = 60  # shown before the first lit word of a sentence that must be cropped
ELLIPSIS = "…"
LINE_BREAK = " · "  # between a line that is no sentence and what follows

_FINISHED = re.compile(r"[.!?…:;,][\"»”’')\]\s]*$")


def snippet(text: str, terms: Collection[str], language: str, *, is_quotation: bool = False) -> str:
    """Return safe HTML: the stretch that says most of the query, its words in `<mark>`.

    A quotation stands by itself: it begins at a sentence, and without an ellipsis.
    """
    whole, starts = _laid_out(sentences(text))
    found = _found(whole, frozenset(terms), language)
    start = _best_start(starts, found)
    if is_quotation:
        begin, end = _stretch(whole, _sentence_start(whole, starts, start), [])
    else:
        begin, end = _stretch(whole, start, found)
    shown = _lit(whole, begin, end, found).strip()
    head = f"{ELLIPSIS} " if begin > 0 and not is_quotation else ""
    tail = f" {ELLIPSIS}" if end < len(whole) else ""
    return head + shown + tail


def highlight(text: str, terms: Collection[str], language: str) -> str:
    """Return the text as safe HTML with every word that stems to one of the terms lit."""
    return _lit(text, 0, len(text), _found(text, frozenset(terms), language))


def best_sentence(text: str, terms: Collection[str], language: str) -> str:
    """Return the sentence of a passage that says most of the query."""
    units = sentences(text)
    if not units:
        return ""
    whole, starts = _laid_out(units)
    best = _best_start(starts, _found(whole, frozenset(terms), language))
    return units[starts.index(best)]


def _laid_out(units: Sequence[str]) -> tuple[str, list[int]]:
    """Join the sentences and lines of a text; return it with where each begins."""
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    for unit in units:
        if pieces:
            pieces.append(" " if _FINISHED.search(pieces[-1]) else LINE_BREAK)
            length += len(pieces[-1])
        starts.append(length)
        pieces.append(unit)
        length += len(unit)
    return "".join(pieces), starts


def _found(text: str, terms: frozenset[str], language: str) -> list[Term]:
    """Return the terms of a text that the query has, a compound before its parts."""
    if not terms:
        return []
    found = analyzer(language).analyse(text, keep_stop_words=True, among=terms)
    return sorted(found, key=lambda term: (term.start, -term.end))


def _lit(text: str, begin: int, end: int, found: Sequence[Term]) -> str:
    pieces: list[str] = []
    at = begin
    for term in found:
        if term.start >= at and term.end <= end:
            pieces += [escape(text[at : term.start]), "<mark>"]
            pieces += [escape(text[term.start : term.end]), "</mark>"]
            at = term.end
    return "".join([*pieces, escape(text[at:end])])


def _best_start(starts: Sequence[int], found: Sequence[Term]) -> int:
    """Choose the sentence with most distinct terms; what the next adds counts by half."""
    if not found:
        return 0
    ends: list[float] = [*starts[1:], math.inf]
    present = [
        {term.text for term in found if begin <= term.start < end}
        for begin, end in zip(starts, ends, strict=True)
    ]
    following = [*present[1:], set()]
    gains = [
        len(here) + 0.5 * len(after - here) for here, after in zip(present, following, strict=True)
    ]
    return starts[gains.index(max(gains))]


def _sentence_start(text: str, starts: Sequence[int], start: int) -> int:
    """Go back to where the sentence begins that an item of a list continues."""
    for begin in reversed(starts):
        goes_on = text[:begin].rstrip().endswith((":", ";", ","))
        if begin <= start and not goes_on and not text[begin].islower():
            return begin
    return 0


def _stretch(text: str, start: int, found: Sequence[Term]) -> tuple[int, int]:
    """Return where to cut, between words, with the first lit word in sight."""
    first = next((term for term in found if term.start >= start), None)
    if first is not None and first.end > start + SNIPPET_CHARACTERS:
        start = text.find(" ", max(start, first.start - LEAD_CHARACTERS), first.start) + 1 or (
            first.start
        )
    end = start + SNIPPET_CHARACTERS
    if end >= len(text):
        return start, len(text)
    space = text.rfind(" ", start + 1, end)
    return start, space if space > start else end
