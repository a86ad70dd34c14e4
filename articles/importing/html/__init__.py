"""HTML as help centres write it, to Markdown as this site reads it."""

from articles.importing.html.writing import (
    MAX_CHARACTERS,
    Converted,
    Options,
    Unconvertible,
    anchors_in,
    to_markdown,
    words_of,
)

__all__ = [
    "MAX_CHARACTERS",
    "Converted",
    "Options",
    "Unconvertible",
    "anchors_in",
    "to_markdown",
    "words_of",
]
