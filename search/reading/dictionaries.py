"""Which words exist at all, so that none of them is taken for a slip.

The lists are those of the package pyspellchecker, a dozen languages of subtitles; without it, or
for another language, nothing is known.
"""

import gzip
import json
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from threading import Thread

import numpy as np
import numpy.typing as npt

from search.analysis import fold, language_of


class Dictionary:
    """The words of one language, folded; some bytes a word, since only their hashes are kept."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take folded words."""
        self._hashes: npt.NDArray[np.int64] = np.unique(np.fromiter(map(hash, words), np.int64))

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, word: str) -> bool:
        mark = hash(word)
        place = int(np.searchsorted(self._hashes, mark))
        return place < len(self._hashes) and int(self._hashes[place]) == mark


def warm_up(locales: Iterable[str]) -> None:
    """Read the lists of some languages in the background, before anybody mistypes a word."""
    languages = {language_of(locale) for locale in locales}
    Thread(target=lambda: [dictionary(name) for name in languages], daemon=True).start()


@lru_cache(maxsize=16)
def dictionary(language: str) -> Dictionary:
    """Return the words of a language; empty where there is no list. Takes 0.3 s, once."""
    try:
        found = resources.files("spellchecker") / "resources" / f"{language}.json.gz"
        packed = found.read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return Dictionary(())
    return Dictionary(fold(word) for word in json.loads(gzip.decompress(packed)))
