"""How people type what they know how to say."""

import unicodedata
from random import Random


def typed(question: str, rng: Random) -> str:
    """Return a question as typed: most often as it is, else hurried or mistyped."""
    kind = rng.choices(("as is", "hurried", "mistyped"), (64, 22, 14))[0]
    if kind == "hurried":
        return without_accents(question.lower()).rstrip(" ?")
    return mistyped(question) if kind == "mistyped" else question


def without_accents(text: str) -> str:
    """Return text as typed in a hurry."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def mistyped(text: str) -> str:
    """Return text with two letters exchanged in its longest word, always the same two."""
    word = max(text.split(), key=len)
    if len(word) < 5:
        return text
    middle = len(word) // 2
    wrong = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return text.replace(word, wrong, 1)
