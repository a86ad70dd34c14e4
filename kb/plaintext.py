"""What people type, in characters that any database and any message can hold. Pure.

A sign that is not printed may yet be part of a word: without its joiners an emoji of a family comes
apart, and Persian words too.
"""

import unicodedata

# They join the signs of one emoji, part Persian words, and order texts that run both ways.
JOINERS = frozenset("\u200c\u200d\u200e\u200f")
_LINE_ENDS = frozenset("\n\u2028\u2029")


def lines(text: str) -> str:
    """Return a text of several lines without control or half characters, trimmed; never cut.

    Spaces that do not break and what joins signs stay; other marks that nobody sees go.
    """
    valid = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(map(_kept, valid)).strip()
    return kept if any(map(_is_seen, kept)) else ""


def one_line(text: str) -> str:
    """Return a text as `lines` does, on one line with plain spaces."""
    return " ".join(lines(text).split())


def _kept(char: str) -> str:
    if char.isprintable() or char in JOINERS or char == "\t":
        return char
    if char in _LINE_ENDS:
        return "\n"
    kind = unicodedata.category(char)
    if kind == "Zs":
        return char
    return "" if kind == "Cf" else " "


def _is_seen(char: str) -> bool:
    return char.isprintable() and not char.isspace()
