"""Addresses of former sites, brought into one spelling. Plain Python."""

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

MAX_LENGTH = 1_000  # characters; nobody's address is longer, but some people's attempts are
# What advertising adds says nothing about the page.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|_ga|ref")
_NUMBERED = re.compile(r"^(.*/\d+)-[^/]*$")  # /hc/fr/articles/123-any-words
_INDEX = re.compile(r"^(.*)/(?:index|default)\.(?:html?|php|aspx?)$")


def normalised(address: str) -> str:
    """Return an address as it is kept: path and query, decoded, in lower case; empty if it is none.

    Scheme, host and fragment are left out, and so is a final slash: former sites are known by their
    paths, which people and programs write in many ways. The parameters of a query are in order.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return _joined(parts.path, parts.query)


def spellings(path: str, query: str = "") -> tuple[str, ...]:
    """Return what a request may be known by, the most exact first.

    `path` is decoded, as servers give it; `query` is not.
    """
    exact = _joined(path, query, is_decoded=True)
    bare = _joined(path, "", is_decoded=True)
    telling = [each for each in parse_qsl(query) if not _TRACKING.fullmatch(each[0].lower())]
    cut = [match[1] or "/" for each in (_INDEX, _NUMBERED) if (match := each.match(bare))]
    found = [exact, _joined(path, urlencode(telling), is_decoded=True), bare, *cut]
    return tuple(dict.fromkeys(each for each in found if each))


def _joined(path: str, query: str, *, is_decoded: bool = False) -> str:
    path = path if is_decoded else unquote(path)
    path = re.sub(r"/{2,}", "/", "/" + _plain(path)).rstrip("/") or "/"
    pairs = sorted((_plain(name), _plain(value)) for name, value in _parameters(query))
    if pairs:
        path += "?" + "&".join(f"{name}={value}" if value else name for name, value in pairs)
    return path if len(path) <= MAX_LENGTH else ""


def _parameters(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return []


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).lower()
    return "".join(char for char in composed if unicodedata.category(char)[0] != "C").strip()
