"""Links to other sites in the text of an article. Plain Python."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from kb.outbound.addresses import NotALink, target_of

# With balanced parentheses, as in the addresses of encyclopedias.
_IN_TEXT = re.compile(r"https?://(?:[^\s<>()\[\]\"'`|]|\([^\s<>()\[\]\"'`|]*\))+", re.IGNORECASE)


def links_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, address as asked for) of each link to another site in Markdown."""
    for found in _IN_TEXT.finditer(text):
        written = found[0].rstrip(".,;:!?*_~\\")
        try:
            yield found.start(), found.start() + len(written), target_of(unescaped(written)).url
        except NotALink:
            continue


def unescaped(written: str) -> str:
    """Return an address as Markdown reads it: `&amp;` is `&`."""
    return written.replace("&amp;", "&")


def replaced(text: str, old: str, new: str) -> tuple[str, int]:
    """Return a text with one address put for another, and how often; anchors of readers stay.

    `old` as `target_of` gives it, so that other ways to write the same are replaced too.
    """
    parts, at, count = [], 0, 0
    for start, end, url in links_in(text):
        if url != old:
            continue
        anchor = urlsplit(unescaped(text[start:end])).fragment
        written = new if not anchor or "#" in new else f"{new}#{anchor}"
        parts += [text[at:start], written]
        at, count = end, count + 1
    return "".join([*parts, text[at:]]), count
