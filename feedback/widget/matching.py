"""Whether the pattern of a rule fits the page of another site: text alone, without a database."""

import re
from urllib.parse import unquote, urlsplit

MAX_PATH_LENGTH = 2_000  # characters; what is longer fits no rule
MAX_PATTERN_LENGTH = 300  # characters


def path_of(address: str) -> str:
    """Return what rules look at: the decoded path, and the route after # of a page that has one.

    What follows ? is no part of it: it may hold names and numbers of people.
    """
    try:
        url = urlsplit(address.strip()[:MAX_PATH_LENGTH])
    except ValueError:  # brackets where none may stand
        return "/"
    path = "/" + unquote(url.path).strip("/")
    route = unquote(url.fragment).partition("?")[0]
    return path + f"#{route.rstrip('/')}" if route.startswith(("/", "!/")) else path


def origin_of(address: str) -> str:
    """Return the origin of an address as browsers say it; empty where it has none."""
    try:
        url = urlsplit(address.strip())
        port = url.port
    except ValueError:
        return ""
    if url.scheme not in {"http", "https"} or not url.hostname:
        return ""
    shown = f":{port}" if port and port != {"http": 80, "https": 443}[url.scheme] else ""
    return f"{url.scheme}://{_ascii(url.hostname)}{shown}"


def _ascii(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host.lower()


def tidy(pattern: str) -> str:
    """Return a pattern as it is kept: of a whole address, the path alone; with its first slash."""
    text = "".join(each for each in pattern.strip() if each.isprintable() and not each.isspace())
    if re.match(r"https?://", text, re.IGNORECASE):
        text = "/" + text.split("/", 3)[3] if text.count("/") > 2 else "/"
    text = text.partition("?")[0]
    if not text.startswith(("/", "*")):
        text = f"/{text}"
    return text[:MAX_PATTERN_LENGTH]


def fits(pattern: str, path: str) -> bool:
    """Tell whether a pattern describes a path: * stands for anything, also nothing.

    Neither case nor a final slash matters, and `/cart/*` describes `/cart` as well.
    """
    if len(path) > MAX_PATH_LENGTH:
        return False
    wanted, given = pattern.strip().casefold(), path.casefold().rstrip("/")
    stem = wanted.removesuffix("/*").rstrip("/")
    return _globs(stem, given) or (wanted.endswith("/*") and _globs(f"{stem}/*", given))


def _globs(pattern: str, text: str) -> bool:
    """Match piece after piece, each at the nearest place: no pattern takes long."""
    first, *others = pattern.split("*")
    if not others:
        return text == first
    if not text.startswith(first):
        return False
    place = len(first)
    for piece in others[:-1]:
        found = text.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return len(text) - place >= len(others[-1]) and text.endswith(others[-1])
