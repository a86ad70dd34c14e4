"""From what was said to wordings: all who asked in the same words, counted honestly."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from feedback.gaps.facts import Expressed, Source

VISITORS_OF_ONE_NETWORK = 3  # a day: more of them ask from one machine, or to plant a gap

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def first_sentence(text: str) -> str:
    """Return the first sentence that says more than a greeting."""
    sentences = [each.strip() for each in _SENTENCE_END.split(text) if each.strip()]
    return next((each for each in sentences if len(each.split()) > 2), text.strip())


def as_sentence(text: str) -> str:
    """Return a text that ends as a sentence does, for something to follow."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def visitors_of(said: Iterable[Expressed]) -> set[str]:
    """Return the visitors that count: of one network and day, the first three to speak."""
    heard: dict[tuple[str, date], dict[str, None]] = defaultdict(dict)
    counted: set[str] = set()
    for each in sorted(said, key=lambda one: (one.asked_at, one.source, one.id)):
        if not each.origin:
            counted.add(each.visitor)
            continue
        known = heard[each.origin, each.asked_at.date()]
        if each.visitor in known or len(known) < VISITORS_OF_ONE_NETWORK:
            known[each.visitor] = None
            counted.add(each.visitor)
    return counted


def commonest(texts: Sequence[str]) -> str:
    """Return the text that occurs most often; of equals the first in the alphabet."""
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text))


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was searched or sent in the same words; `text` is how most wrote them."""

    source: Source
    locale: str
    normalised: str
    text: str
    visitors: int
    said: tuple[Expressed, ...]


def asked(said: Iterable[Expressed]) -> list[Asked]:
    """Return the wordings of searches and requests; comments speak of articles, not of a wish."""
    groups: dict[tuple[Source, str, str], list[Expressed]] = defaultdict(list)
    for each in said:
        if each.source is not Source.COMMENT:
            groups[each.source, each.locale, each.normalised].append(each)
    return [
        Asked(
            source,
            locale,
            normalised,
            commonest([each.text for each in some]),
            len({each.visitor for each in some}),
            tuple(some),
        )
        for (source, locale, normalised), some in sorted(groups.items())
    ]
