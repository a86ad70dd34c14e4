"""What somebody types into the search of the inbox, taken apart: words, phrases, addresses."""

import re
from dataclasses import dataclass

MAX_TERMS = 8  # of a search; more narrow nothing
MAX_LETTERS = 100  # of a term; PostgreSQL asks for no word of more than two kilobytes
_TERM = re.compile(r"(?<!\S)[\"“„«]([^\"“”„«»]*)[\"”“»](?!\S)|(\S+)")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
# Thai to Khmer, kana, ideographs: words stand there without a space between them.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Term:
    """Something that has to be there: a word or its beginning, or as a phrase these very words."""

    text: str
    is_phrase: bool = False

    @property
    def is_address(self) -> bool:
        """Tell whether it is looked for in the address of the sender alone."""
        return "@" in self.text and not self.is_phrase

    @property
    def is_unspaced(self) -> bool:
        """Tell whether it is of a script in which an index of words finds nothing."""
        return _UNSPACED.search(self.text) is not None


def terms(query: str) -> list[Term]:
    """Return the terms of a query, whatever was typed; what has neither letter nor number is none."""
    found = []
    for phrase, word in _TERM.findall(query.replace("\0", " ")):
        text = (phrase or word)[:MAX_LETTERS].strip()
        if any(each.isalnum() for each in text):
            found.append(Term(text.translate(_LIGATURES), is_phrase=bool(phrase)))
    return found[:MAX_TERMS]
