"""What a slip of the fingers costs: less between neighbour keys, in doubled and swapped letters.

Words are folded, so that a missing accent costs nothing.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Masks = npt.NDArray[np.uint32]

# Costs of one slip; 1.0 is a letter mistaken for any other.
OTHER_LETTER = 1.0
NEIGHBOUR_KEY = 0.6
LIKE_SOUND = 0.7
DOUBLED = 0.4  # a letter typed twice, or once where it is written twice
SWAPPED = 0.6
LEFT_OUT = 0.9
PUT_IN = 1.0
FIRST_LETTER_FACTOR = 1.4  # the first letter is mostly right

_KEYBOARDS = {
    "fr": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    "de": ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
}
_QWERTY = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = ("aeo", "eiy", "ou", "ckq", "csz", "sx", "fv", "td", "bp", "mn", "gj", "lr")
_LIKE = frozenset(a + b for group in _SOUNDS for a in group for b in group if a != b)


@lru_cache(maxsize=32)
def near_keys(language: str) -> frozenset[str]:
    """Return the pairs of letters that touch on the keyboard of a language, phones' included."""
    rows = _KEYBOARDS.get(language, _QWERTY)
    pairs = set()
    for row, keys in enumerate(rows):
        for column, key in enumerate(keys):
            beside = keys[column + 1 : column + 2]
            below = rows[row + 1][max(column - 1, 0) : column + 1] if row + 1 < len(rows) else ""
            for other in beside + below:
                pairs |= {key + other, other + key}
    return frozenset(pairs)


def slip_cost(typed: str, meant: str, language: str) -> float:
    """Return the least cost of the slips between two words, 0 where they are the same.

    The distance is that of optimal string alignment: letters, and swaps of two neighbours.
    """
    near = near_keys(language)
    rows = [_first_row(meant)]
    for i, letter in enumerate(typed, start=1):
        above = rows[-1]
        row = [above[0] + _put_in(typed, i) * _factor(i, 1)]
        for j, other in enumerate(meant, start=1):
            factor = _factor(i, j)
            mistaken = 0.0 if letter == other else _mistaken(letter, other, near) * factor
            best = min(
                above[j - 1] + mistaken,
                above[j] + _put_in(typed, i) * factor,
                row[j - 1] + _left_out(meant, j) * factor,
            )
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                best = min(best, rows[-2][j - 2] + SWAPPED)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _first_row(meant: str) -> list[float]:
    row = [0.0]
    for j in range(1, len(meant) + 1):
        row.append(row[-1] + _left_out(meant, j) * _factor(1, j))
    return row


def _factor(i: int, j: int) -> float:
    return FIRST_LETTER_FACTOR if i == 1 and j == 1 else 1.0


def _mistaken(letter: str, other: str, near: frozenset[str]) -> float:
    pair = letter + other
    if pair in near:
        return NEIGHBOUR_KEY
    return LIKE_SOUND if pair in _LIKE else OTHER_LETTER


def _put_in(typed: str, i: int) -> float:
    return DOUBLED if i > 1 and typed[i - 1] == typed[i - 2] else PUT_IN


def _left_out(meant: str, j: int) -> float:
    return DOUBLED if j > 1 and meant[j - 1] == meant[j - 2] else LEFT_OUT


def masks(words: Sequence[str]) -> Masks:
    """Return the letters of each word as bits; letters of other alphabets share six.

    Words that are n slips apart differ in 2n bits at most: what differs in more need not be
    compared letter by letter.
    """
    if not words:
        return np.zeros(0, dtype=np.uint32)
    codes = np.asarray(words, dtype=np.str_)
    letters = codes.view(np.uint32).reshape(len(words), -1)
    place = np.where((letters >= 97) & (letters <= 122), letters - 97, 26 + letters % 6)
    bits = np.where(letters > 0, np.uint32(1) << place.astype(np.uint32), np.uint32(0))
    found: Masks = np.bitwise_or.reduce(bits, axis=1)
    return found
