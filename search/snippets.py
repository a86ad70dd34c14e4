"""Two lines of a passage, begun at a sentence, with the query's words lit.

A text is analysed once: everything else works on the places that were found. Lines that end
without punctuation (labels, headings, rows of tables) are kept apart by a middle dot.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from search.analysis import Term, analyzer
from search.passages import sentences

SNIPPET_CHARACTERS = 240  # two lines at the measure of the results page
QUOTATION_CHARACTERS = 420  # a long sentence is quoted whole; what is longer is a page
EARLY = 1e-3  # so that a sentence comes before a label where it says nothing of the query
FEW_WORDS = 4  # a line of fewer words is a label
LEAD_CHARACTERS = 60  # shown before the first lit word of a sentence that must be cropped
ELLIPSIS = "…"
LINE_BREAK = " · "  # between a line that is no sentence and what follows

CELLS = " – "  # between the cells of a row

_ENDED = re.compile(r"[.!?…][\"»”’')\]\s]*$")
_FINISHED = re.compile(r"[.!?…:;,][\"»”’')\]\s]*$")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Safe HTML that begins and ends with a sentence, the one that answers in `<mark>`."""

    html: str
    sentence: str  # the lit one, as plain text


def snippet(text: str, terms: Collection[str], language: str) -> str:
    """Return safe HTML: the stretch that says most of the query, its words in `<mark>`."""
    whole, starts = _laid_out(sentences(text))
    found = _found(whole, frozenset(terms), language)
    begin, end = _stretch(whole, _best_start(starts, found), found)
    shown = _lit(whole, begin, end, found).strip()
    head = f"{ELLIPSIS} " if begin > 0 else ""
    tail = f" {ELLIPSIS}" if end < len(whole) else ""
    return head + shown + tail


def quote(
    text: str, weights: Mapping[str, float], language: str, *, told: Collection[str] = ()
) -> Quotation:
    """Quote the sentence of a passage that answers, from where it can be understood.

    It is the one that holds most of the query by the weight of its stems; those that the headings
    have `told` already count by half, since every sentence below them speaks of that. Where none
    says anything of the query, the first that is a sentence answers.
    """
    units = sentences(text)
    if not units:
        return Quotation("", "")
    whole, starts = _laid_out(units)
    counted = {stem: weight / 2 if stem in told else weight for stem, weight in weights.items()}
    best = _answering(units, starts, _found(whole, frozenset(weights), language), counted)
    begin = _sentence_start(whole, starts, starts[best])
    last = _last_unit(units, starts, begin, best)
    end = starts[last] + len(units[last])
    lit = starts[best], starts[best] + len(units[best])
    if end - begin > QUOTATION_CHARACTERS:
        begin = begin if lit[0] - begin < QUOTATION_CHARACTERS / 2 else lit[0]
        end = _word_end(whole, begin, begin + QUOTATION_CHARACTERS)
    shown = (whole[begin : lit[0]], whole[lit[0] : min(lit[1], end)], whole[lit[1] : end])
    before, sentence, after = map(escape, shown)
    tail = f" {ELLIPSIS}" if end < len(whole) else ""
    return Quotation(f"{before}<mark>{sentence}</mark>{after}{tail}", units[best])


def highlight(text: str, terms: Collection[str], language: str) -> str:
    """Return the text as safe HTML with every word that stems to one of the terms lit."""
    return _lit(text, 0, len(text), _found(text, frozenset(terms), language))


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


def _answering(
    units: Sequence[str],
    starts: Sequence[int],
    found: Sequence[Term],
    weights: Mapping[str, float],
) -> int:
    """Return the number of the unit that answers; of two that say as much, the first.

    What a label says counts by half for the sentence below it.
    """
    ends: list[float] = [*starts[1:], math.inf]
    merits: list[float] = []
    above: set[str] = set()
    for unit, begin, end in zip(units, starts, ends, strict=True):
        said = {term.text for term in found if begin <= term.start < end}
        if _is_sentence(unit):
            merit = EARLY + sum(weights[stem] for stem in said)
            merit += sum(weights[stem] for stem in above - said) / 2
            merits.append(merit / 2 if _is_row(unit) else merit)
            above = set()
        else:
            merits.append(0.0)
            above |= said
    return merits.index(max(merits))


def _is_sentence(unit: str) -> bool:
    """Tell a sentence from a label, and from a line that only leads to a list."""
    is_long = len(unit.split()) >= FEW_WORDS and not unit.rstrip().endswith(":")
    return is_long or bool(_ENDED.search(unit))


def _is_row(unit: str) -> bool:
    """Tell a row of a table, which may be its head."""
    return CELLS in unit and not _ENDED.search(unit)


def _last_unit(units: Sequence[str], starts: Sequence[int], begin: int, best: int) -> int:
    """Return the last unit that a quotation has room for, at least the best one."""
    last = best
    while last + 1 < len(units):
        if starts[last + 1] + len(units[last + 1]) - begin > SNIPPET_CHARACTERS:
            break
        last += 1
    return last


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
    return start, _word_end(text, start, start + SNIPPET_CHARACTERS)


def _word_end(text: str, start: int, limit: int) -> int:
    """Return where the last word ends that fits between two places."""
    if limit >= len(text):
        return len(text)
    space = text.rfind(" ", start + 1, limit)
    return space if space > start else limit
