"""Two lines of a passage, begun at a sentence, with the query's words lit."""

from collections.abc import Collection, Sequence
from html import escape

from search.analysis import analyzer
from search.passages import sentences

SNIPPET_CHARACTERS = 240  # two lines at the measure of the results page
LEAD_CHARACTERS = 60  # shown before the first lit word of a sentence that must be cropped
ELLIPSIS = "…"


def snippet(text: str, terms: Collection[str], language: str) -> str:
    """Return safe HTML: the stretch that says most of the query, its words in `<mark>`."""
    units = sentences(text)
    if not units:
        return ""
    wanted = frozenset(terms)
    start = _best_start(units, wanted, language)
    shown = " ".join(units[start:])
    cropped = _crop(shown, wanted, language)
    prefix = f"{ELLIPSIS} " if start and not cropped.startswith(ELLIPSIS) else ""
    return prefix + highlight(cropped, wanted, language)


def highlight(text: str, terms: Collection[str], language: str) -> str:
    """Return the text as safe HTML with every word that stems to one of the terms lit."""
    pieces: list[str] = []
    end = 0
    for start, stop in _lit(text, frozenset(terms), language):
        if start < end:  # a compound and its first part begin together
            continue
        pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    pieces.append(escape(text[end:]))
    return "".join(pieces)


def best_sentence(text: str, terms: Collection[str], language: str) -> str:
    """Return the sentence of a passage that says most of the query."""
    units = sentences(text)
    return units[_best_start(units, frozenset(terms), language)] if units else ""


def _lit(text: str, terms: frozenset[str], language: str) -> list[tuple[int, int]]:
    if not terms:
        return []
    found = analyzer(language).analyse(text, keep_stop_words=True)
    places = {(term.start, term.end) for term in found if term.text in terms}
    return sorted(places, key=lambda place: (place[0], -place[1]))  # a compound before its parts


def _best_start(units: Sequence[str], terms: frozenset[str], language: str) -> int:
    """Choose the sentence with most distinct terms; what fits after it counts by half."""
    if not terms or len(units) == 1:
        return 0
    chain = analyzer(language)
    present = [terms.intersection(chain.terms(unit, keep_stop_words=True)) for unit in units]
    following = [*present[1:], frozenset()]
    gains = [
        len(here) + 0.5 * len(after - here) for here, after in zip(present, following, strict=True)
    ]
    return gains.index(max(gains))


def _crop(text: str, terms: frozenset[str], language: str) -> str:
    """Cut to length between words, keeping the first lit word in sight."""
    if len(text) <= SNIPPET_CHARACTERS:
        return text
    lit = _lit(text[: 8 * SNIPPET_CHARACTERS], terms, language)
    start = 0
    if lit and lit[0][1] > SNIPPET_CHARACTERS:
        start = text.find(" ", max(0, lit[0][0] - LEAD_CHARACTERS)) + 1
    end = start + SNIPPET_CHARACTERS
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = space if space > start else end
    head = f"{ELLIPSIS} " if start else ""
    tail = f" {ELLIPSIS}" if end < len(text) else ""
    return head + text[start:end].rstrip() + tail
