"""Anchors and slugs: text turned into what an address may hold."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"}
)
_SEPARATORS = re.compile(r"[^\w]+|_+")
MAX_ANCHOR_LENGTH = 80


def fold(text: str) -> str:
    """Return text in lower case without accents or ligatures, so that spellings compare."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def slugify(text: str, *, fallback: str = "") -> str:
    """Return text as lower-case words joined by hyphens, at most 80 characters, cut at a word.

    Letters of other scripts are kept: an address may hold them. `fallback` answers for a text
    without any letter or digit.
    """
    slug = _SEPARATORS.sub("-", fold(text)).strip("-")
    if len(slug) > MAX_ANCHOR_LENGTH:
        head, _, _ = slug[: MAX_ANCHOR_LENGTH + 1].rpartition("-")
        slug = head or slug[:MAX_ANCHOR_LENGTH]
    return slug or fallback


def unique(wanted: str, taken: set[str]) -> str:
    """Return `wanted`, else with -1, -2, …, and mark it as taken."""
    name, number = wanted, 0
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


def same_words(one: str, other: str) -> bool:
    """Tell whether two titles differ at most by case, accents, punctuation or spaces."""
    left, right = (_SEPARATORS.sub("", fold(text)) for text in (one, other))
    return left == right != ""
