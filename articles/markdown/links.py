"""Links between articles, kept as `article:KEY#anchor` until a page is served."""

import html
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

_TO_ARTICLE = re.compile(r'<a ([^>]*?)href="article:([^"#]+)(#[^"]*)?"([^>]*)>(.*?)</a>', re.DOTALL)


def article_link(key: str, anchor: str = "") -> str:
    """Return the address of an article as sources and renderings keep it."""
    return f"article:{quote(key)}{f'#{quote(anchor)}' if anchor else ''}"


def resolve_links(document: str, address_of: Callable[[str], str | None]) -> str:
    """Return rendered HTML with the addresses of articles; a link to none becomes plain text.

    `address_of` receives the key of an article and returns its address in the reader's language,
    None when the public may not read it.
    """
    if 'href="article:' not in document:
        return document

    def resolved(match: re.Match[str]) -> str:
        before, key, anchor, after, inner = match.groups()
        address = address_of(unquote(html.unescape(key)))
        if address is None:
            return inner
        return f'<a {before}href="{html.escape(address)}{anchor or ""}"{after}>{inner}</a>'

    return _TO_ARTICLE.sub(resolved, document)


def linked_keys(document: str) -> set[str]:
    """Return the keys of the articles that rendered HTML links to."""
    return {unquote(html.unescape(match[2])) for match in _TO_ARTICLE.finditer(document)}
