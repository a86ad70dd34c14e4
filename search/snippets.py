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
ENOUGH = 0.3  # of the query's weight: a sentence that says less is chosen by chance
TOLD = 0.25  # of its weight, for a word that title or headings say
FEW_WORDS = 4  # a line of fewer words is a label
LEAD_CHARACTERS = 60  # shown before the first lit word of a sentence that must be cropped
ELLIPSIS = "…"
LINE_BREAK = " · "  # between a line that is no sentence and what follows

CELLS = " – "  # between the cells of a row

_ENDED = re.compile(r"[.!?…][\"»”’')\]\s]*$")
# Only the languages that are read here: elsewhere nothing is known to refer back.
_REFERRING = {
    "en": re.compile(
        r"(?:it|its|they|them|their|theirs|this|that|these|those|he|she|his|her|then|otherwise|"
        r"instead|also|but|and|so|after that|in that case)\b(?!-)",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"(?:ils?|elles?|cela|ceci|ça|ces?|cet|cette|c[’']|leurs?|son|sa|ses|celles?|celui|ceux|lui|"
        r"ensuite|puis|alors|sinon|mais|et|donc|en revanche|dans ce cas|après cela|il s’agit)\b",
        re.IGNORECASE,
    ),
}
_ANNOUNCING = {
    "en": re.compile(r"(?:how|what|where|which|why|who)\b", re.IGNORECASE),
    "fr": re.compile(
        r"(?:comment|où|que|quel(?:le)?s?|pourquoi|combien|ce qu[ei’'])\b"
        r"|\w{3,}(?:(?<!i)er|fier|ir|dre|ettre|ire|aître)\b",  # an infinitive: "Choisir un mot …"
        re.IGNORECASE,
    ),
}
_FINISHED = re.compile(r"[.!?…:;,][\"»”’')\]\s]*$")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Safe HTML that begins and ends with a sentence, the one that answers in `<mark>`."""

    html: str
    sentence: str  # the lit one, as plain text


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a sentence must say."""

    weights: Mapping[str, float]  # by stem
    enough: float  # of them, for a sentence to answer
    language: str


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
    text: str,
    weights: Mapping[str, float],
    language: str,
    *,
    told: Collection[str] = (),
    total: float | None = None,
) -> Quotation:
    """Quote the sentence of a passage that answers, from where it can be understood.

    It is the one that holds most of the query by the weight of its stems. Those that title and
    headings have `told` count by a quarter, since every sentence below them speaks of that. What
    says less than a share of the `total` weight of the query is no better than any other, and the
    passage is quoted from its opening. A passage without any sentence, such as a table, is not
    quoted unless a row of it says enough.
    """
    units = sentences(text)
    if not units:
        return Quotation("", "")
    whole, starts = _laid_out(units)
    counted = {stem: weight * TOLD if stem in told else weight for stem, weight in weights.items()}
    found = _found(whole, frozenset(weights), language)
    enough = ENOUGH * (sum(weights.values()) if total is None else total)
    answering = _answering(units, starts, found, _Asked(counted, enough, language))
    if answering is None:
        return Quotation("", "")
    first, best = answering
    if first and units[first][:1].islower() and units[first - 1].endswith(":"):
        first -= 1  # the first item of a list, with the line that leads to it
    begin = _sentence_start(whole, starts, starts[first])
    opening = _opening(units, language)
    if opening and starts[best] + len(units[best]) - starts[opening[0]] <= SNIPPET_CHARACTERS:
        begin = min(begin, starts[opening[0]])  # it fits: what stands before is no riddle
    last = _last_unit(units, starts, begin, best)
    end = starts[last] + len(units[last])
    lit = starts[first], starts[best] + len(units[best])
    if end - begin > QUOTATION_CHARACTERS:
        begin = begin if lit[0] - begin < QUOTATION_CHARACTERS / 2 else lit[0]
        end = _word_end(whole, begin, begin + QUOTATION_CHARACTERS)
    shown = (whole[begin : lit[0]], whole[lit[0] : min(lit[1], end)], whole[lit[1] : end])
    before, sentence, after = map(escape, shown)
    tail = f" {ELLIPSIS}" if end < len(whole) else ""
    return Quotation(f"{before}<mark>{sentence}</mark>{after}{tail}", whole[slice(*lit)])


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
    asked: _Asked,
) -> tuple[int, int] | None:
    """Return the first and the last unit that answer, if any can; of two that say as much, the first.

    What a label says counts by half for the sentence below it. Where none says enough, the
    opening answers; what refers back is read with the sentence before it.
    """
    ends: list[float] = [*starts[1:], math.inf]
    merits: list[float] = []
    above: set[str] = set()
    for number, (unit, begin, end) in enumerate(zip(units, starts, ends, strict=True)):
        said = {term.text for term in found if begin <= term.start < end}
        if not _is_sentence(unit) or _is_head(units, number):
            merits.append(0.0)
            above |= said
            continue
        merit = sum(asked.weights[stem] for stem in said)
        merit += sum(asked.weights[stem] for stem in above - said) / 2
        steps_back = _is_row(unit) or refers_back(unit, asked.language)
        merits.append(0.0 if merit < asked.enough else merit / 2 if steps_back else merit)
        above = set()
    best = merits.index(max(merits))
    if merits[best] <= 0.0:
        return _opening(units, asked.language)
    if best and refers_back(units[best], asked.language) and _is_sentence(units[best - 1]):
        return best - 1, best
    return best, _with_next(units, best)


def _opening(units: Sequence[str], language: str) -> tuple[int, int] | None:
    """Return the first and the last unit of how a passage opens; None where it has no sentence."""
    readable = [
        number
        for number, unit in enumerate(units)
        if _is_sentence(unit) and not _is_row(unit) and not unit.endswith("?")
    ]
    whole = [number for number in readable if not refers_back(units[number], language)]
    telling = [number for number in whole if not _announces(units[number], language)]
    first = next(iter(telling or whole or readable), None)
    return None if first is None else (first, _with_next(units, first))


def _with_next(units: Sequence[str], number: int) -> int:
    """Return the last unit to read a short sentence with: the next one, or itself."""
    after = number + 1
    if len(units[number].split()) >= FEW_WORDS or after == len(units):
        return number
    is_apart = not _is_sentence(units[after]) or _is_row(units[after])
    return number if is_apart or not _ENDED.search(units[number]) else after


def _is_sentence(unit: str) -> bool:
    """Tell a sentence from a label, and from a line that only leads to a list."""
    is_long = len(unit.split()) >= FEW_WORDS and not unit.rstrip().endswith(":")
    return is_long or bool(_ENDED.search(unit))


def refers_back(unit: str, language: str) -> bool:
    """Tell a sentence that cannot be understood without the one before it."""
    opening = _REFERRING.get(language)
    return opening is not None and opening.match(unit) is not None


def _announces(unit: str, language: str) -> bool:
    """Tell what only says what can be read: "How to get the label, and who pays the postage"."""
    opening = _ANNOUNCING.get(language)
    return opening is not None and opening.match(unit) is not None and "?" not in unit


def _is_head(units: Sequence[str], number: int) -> bool:
    """Tell the head of a table: its first row, or one whose first cell is empty."""
    unit = units[number]
    is_first = number + 1 < len(units) and (number == 0 or not _is_row(units[number - 1]))
    return _is_row(unit) and (
        unit.startswith(CELLS.strip()) or (is_first and _is_row(units[number + 1]))
    )


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
