"""What a visitor typed, made ready for both retrievers."""

import re
import unicodedata

from search.analysis import analyzer

MAX_QUERY_CHARACTERS = 1_000
MAX_QUERY_TERMS = 48

_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")  # what a server leaves of an address that is no text


def tidy(query: str) -> str:
    """Return a query as one line of printable text, cut where no question goes."""
    text = _BYTES.sub(_readable, query[:MAX_QUERY_CHARACTERS])
    text = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return re.sub(r"\s+", " ", kept).strip()


def _readable(found: re.Match[str]) -> str:
    """Leave out escaped bytes that are no text: nobody typed their numbers."""
    escaped = found.group()
    try:
        bytes.fromhex(escaped.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return " "
    return escaped


def query_terms(text: str, language: str) -> list[str]:
    """Return a query's stems; stop words only where there is nothing else."""
    chain = analyzer(language)
    terms = chain.terms(text) or chain.terms(text, keep_stop_words=True)
    return terms[:MAX_QUERY_TERMS]
