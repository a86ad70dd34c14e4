"""Mechanical misspellings: what fingers do to a question, one slip at a time.

Slips are drawn evenly among the kinds that the question allows, then among the places: a word
of a question is hit in proportion to its length. Seeded by the question, so that a set is
misspelt alike each time, whatever else is measured.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

SEED = 20_261_122
MIN_LETTERS = 4  # shorter words are typed right, or are others when misspelt

AZERTY = ("azertyuiop", "qsdfghjklm", "wxcvbn")
QWERTY = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
KEYBOARDS = {"fr": AZERTY}  # QWERTY elsewhere

_WORD = re.compile(r"[^\W\d_]+")


class Slip(StrEnum):
    """The kinds of misspellings."""

    DELETION = "deletion"
    DOUBLING = "doubling"
    SWAP = "swap"
    NEIGHBOUR = "neighbour key"
    ACCENT = "accent dropped"
    SPACE = "space dropped"


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A text with its slips, in the order in which they were made; none where none is possible."""

    text: str
    slips: tuple[Slip, ...]


def misspell(text: str, language: str, *, slips: float = 1.0, key: str = "") -> Misspelt:
    """Return a text with so many slips on average: of 1.5, one for certain and a second by chance.

    `key` names the text, such as the id of its query: the same key and text give the same slips.
    """
    chance = random.Random(f"{SEED}:{key}:{text}")  # noqa: S311 - no secret
    wanted = int(slips) + (chance.random() < slips % 1.0)
    made: list[Slip] = []
    for _ in range(wanted):
        ways = {slip: list(find(text, language)) for slip, find in FINDERS.items()}
        possible = [slip for slip, found in ways.items() if found]
        if not possible:
            break
        slip = chance.choice(possible)
        text = chance.choice(ways[slip])
        made.append(slip)
    return Misspelt(text, tuple(made))


def keys_beside(letter: str, language: str) -> str:
    """Return the letters around one on the keyboard of a language, in lower case."""
    return _neighbours(KEYBOARDS.get(language, QWERTY)).get(letter.lower(), "")


def _words(text: str) -> Iterator[re.Match[str]]:
    return (word for word in _WORD.finditer(text) if len(word.group()) >= MIN_LETTERS)


def _places(text: str) -> Iterator[int]:
    return (place for word in _words(text) for place in range(word.start(), word.end()))


def _deletions(text: str, _language: str) -> Iterator[str]:
    return (text[:place] + text[place + 1 :] for place in _places(text))


def _doublings(text: str, _language: str) -> Iterator[str]:
    return (text[: place + 1] + text[place:] for place in _places(text))


def _swaps(text: str, _language: str) -> Iterator[str]:
    for word in _words(text):
        for place in range(word.start(), word.end() - 1):
            first, second = text[place], text[place + 1]
            if first != second:
                yield text[:place] + second + first + text[place + 2 :]


def _neighbour_keys(text: str, language: str) -> Iterator[str]:
    for place in _places(text):
        letter = text[place]
        for other in keys_beside(letter, language):
            yield text[:place] + (other.upper() if letter.isupper() else other) + text[place + 1 :]


def _without_accents(text: str, _language: str) -> Iterator[str]:
    for place in _places(text):
        plain = unicodedata.normalize("NFD", text[place])[0]
        if plain != text[place]:
            yield text[:place] + plain + text[place + 1 :]


def _without_spaces(text: str, _language: str) -> Iterator[str]:
    for place in range(1, len(text) - 1):
        if text[place] == " " and text[place - 1].isalpha() and text[place + 1].isalpha():
            yield text[:place] + text[place + 1 :]


FINDERS: Mapping[Slip, Callable[[str, str], Iterator[str]]] = {
    Slip.DELETION: _deletions,
    Slip.DOUBLING: _doublings,
    Slip.SWAP: _swaps,
    Slip.NEIGHBOUR: _neighbour_keys,
    Slip.ACCENT: _without_accents,
    Slip.SPACE: _without_spaces,
}


def _neighbours(rows: tuple[str, ...]) -> dict[str, str]:
    """Return the letters that touch each: left and right, and the two or so above and below."""
    found: dict[str, str] = {}
    for number, row in enumerate(rows):
        for column, letter in enumerate(row):
            beside = row[max(column - 1, 0) : column] + row[column + 1 : column + 2]
            above = rows[number - 1][column : column + 2] if number else ""
            below = rows[number + 1][max(column - 1, 0) : column + 1] if rows[number + 1 :] else ""
            found[letter] = beside + above + below
    return found
