"""Sanitised HTML as a flat list of tags and texts.

Only for what nh3 has written: every tag closed, every attribute in double quotes. That regularity is
what makes a regular expression the right tool here.
"""

import html
import re

_TAG = re.compile(r'(<(?:/?[a-zA-Z][^\s>/]*)(?:[^>"]|"[^"]*")*>)')
_NAME = re.compile(r"</?([a-zA-Z][^\s>/]*)")
_ATTRIBUTE = re.compile(r'\s([^\s=">/]+)(?:="([^"]*)")?')
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl",
        "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
        "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "video",
    }
)  # fmt: skip


def split(document: str) -> list[str]:
    """Cut HTML into tags and texts, in order; nothing is lost."""
    return [token for token in _TAG.split(document) if token]


def is_tag(token: str) -> bool:
    """Tell a tag from a text (in which < is always escaped)."""
    return token[0] == "<"


def tag_name(tag: str) -> str:
    """Return the element's name, the same for its start and its end."""
    match = _NAME.match(tag)
    return match[1] if match else ""


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a start tag, entities decoded."""
    head = _NAME.match(tag)
    return {
        name: html.unescape(value or "")
        for name, value in _ATTRIBUTE.findall(tag, head.end() if head else 0)
    }


def start_tag(name: str, values: dict[str, str]) -> str:
    """Write a start tag; an empty value of `alt` is kept, as it means something."""
    parts = [f'{key}="{html.escape(value)}"' for key, value in values.items()]
    return f"<{' '.join([name, *parts])}>"


def text_of(tokens: list[str]) -> str:
    """Return the text of a run of tokens on one line, entities decoded."""
    parts = [" " if tag_name(t) in BLOCKS else "" if is_tag(t) else t for t in tokens]
    return " ".join(html.unescape("".join(parts)).split())


def closing(tokens: list[str], opening: int) -> int:
    """Return the index of the tag that closes the one at `opening`, or the last index."""
    name, depth = tag_name(tokens[opening]), 0
    for index in range(opening, len(tokens)):
        token = tokens[index]
        if is_tag(token) and tag_name(token) == name:
            depth += -1 if token[1] == "/" else 1
            if depth == 0:
                return index
    return len(tokens) - 1
