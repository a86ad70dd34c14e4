"""How easily does a text read? By the formula of its language, from 0 (hard) to 100 (easy).

English: Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948).
French: Kandel and Moles, "Application de l'indice de Flesch à la langue française", Cahiers
d'études de radio-télévision 19 (1958), which gives a French text about the value of its translation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from articles.checks.syllables import syllables

LEAST_WORDS = 100  # below, one long word decides: Flesch took samples of 100
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*(?:[’'][^\W\d_]+)*")
_END = re.compile(r"(?<=[.!?…])(?:\s?[\"»”')\]])*\s+(?=[^\W\d_a-zà-ÿ]|[«“\"(\[\d])")
_FINAL = re.compile(r"[.!?…:;](?:\s?[\"»”')\]])*\s*$")
LONGEST_ABBREVIATION = 10  # characters
_COMMON_DOTS = re.compile(
    r"\b(?:e\.g|i\.e|etc|ex|cf|n°|no|art|vs|approx|env|max|min|tel|tél|M|Mr|Mrs|Mme|St|p)\.$"
)


class Ease(StrEnum):
    """What a value of the formula means, in bands of Flesch's put together."""

    EASY = "easy"  # 70 and more: everyday talk
    PLAIN = "plain"  # 50 to 70: a newspaper
    HARD = "hard"  # 30 to 50: wants attention
    VERY_HARD = "very-hard"  # below: a law


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text takes to be read: words a sentence, syllables a word, and the value of both."""

    words: int
    sentences: int
    syllables: int
    language: str

    @property
    def per_sentence(self) -> float:
        """Words a sentence."""
        return self.words / max(self.sentences, 1)

    @property
    def per_word(self) -> float:
        """Syllables a word."""
        return self.syllables / max(self.words, 1)

    @property
    def score(self) -> float:
        """The value of the formula, kept between 0 and 100."""
        if self.language == "fr":
            value = 207.0 - 1.015 * self.per_sentence - 73.6 * self.per_word
        else:
            value = 206.835 - 1.015 * self.per_sentence - 84.6 * self.per_word
        return min(max(value, 0.0), 100.0)

    @property
    def ease(self) -> Ease:
        """What the value means."""
        bands = ((70, Ease.EASY), (50, Ease.PLAIN), (30, Ease.HARD))
        return next((name for least, name in bands if self.score >= least), Ease.VERY_HARD)


def has_formula(language: str) -> bool:
    """Tell whether a language has a formula here."""
    return language in {"en", "fr"}


def reading_of(texts: Sequence[str], language: str) -> Reading | None:
    """Return what runs of prose take to be read; None in a language without a formula, or if short.

    Only what is a sentence counts: items of a few words would make any list look easy.
    """
    if not has_formula(language):
        return None
    spoken = [each for text in texts if _FINAL.search(text) for each in sentences(text)]
    counted = [found for each in spoken if (found := words(each))]
    total = sum(map(len, counted))
    if total < LEAST_WORDS:
        return None
    beats = sum(syllables(word, language) for some in counted for word in some)
    return Reading(total, len(counted), beats, language)


def sentences(text: str) -> list[str]:
    """Return the sentences of a run of prose; an abbreviation ends none."""
    pieces: list[str] = []
    for piece in filter(None, map(str.strip, _END.split(text))):
        if pieces and _COMMON_DOTS.search(pieces[-1][-LONGEST_ABBREVIATION:]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    return pieces


def words(text: str) -> list[str]:
    """Return the words of a text, numbers and signs left out."""
    return _WORD.findall(text)
