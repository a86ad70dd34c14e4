"""A vendor's chat on a page of its own: what its scripts may do there, and no more.

The page runs in a sandbox of its own origin: scripts of the vendor see nothing of this site, neither
its cookies nor its pages (docs/decisions/0037). Where a vendor needs storage an administrator may
open that door; the scripts still talk to the hosts that were named alone.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from html.parser import HTMLParser

MAX_HOSTS = 20
_HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SANDBOX = "allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox"


class BadHost(ValueError):
    """Words that are no host."""


def checked_hosts(text: str) -> list[str]:
    """Return the hosts of a list, one a line; raises `BadHost` with the first that is none."""
    hosts = []
    for each in text.replace(",", " ").split():
        host = each.strip().lower().removeprefix("https://").rstrip("/")
        if not _HOST.fullmatch(host):
            raise BadHost(each)
        hosts.append(host)
    if len(hosts) > MAX_HOSTS:
        raise BadHost(hosts[MAX_HOSTS])
    return list(dict.fromkeys(hosts))


class _Inline(HTMLParser):
    """Collects the scripts that stand in the HTML itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a script without an address."""
        if tag == "script" and not any(name == "src" for name, _ in attrs):
            self.scripts.append("")
            self._is_inside = True

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        self._is_inside = self._is_inside and tag != "script"

    def handle_data(self, data: str) -> None:
        """Take its words."""
        if self._is_inside:
            self.scripts[-1] += data


def inline_scripts(snippet: str) -> list[str]:
    """Return the scripts that stand in a snippet itself, as browsers hash them."""
    parser = _Inline()
    parser.feed(snippet.replace("\r\n", "\n").replace("\r", "\n"))
    parser.close()
    return parser.scripts


def policy(snippet: str, hosts: Sequence[str], *, keeps: bool) -> str:
    """Return the Content-Security-Policy of the page of a snippet.

    Its own scripts are let in by their hashes, others from the hosts alone. This site is not among
    what it may talk to, show or send to.
    """
    secure = " ".join(f"https://{each}" for each in hosts)
    sockets = " ".join(f"wss://{each}" for each in hosts)
    own = " ".join(f"'{_hash(each)}'" for each in inline_scripts(snippet))
    parts = {
        "default-src": "'none'",
        "script-src": f"{own} {secure}",
        "style-src": f"'self' 'unsafe-inline' {secure}",
        "img-src": f"'self' data: blob: {secure}",
        "font-src": f"data: {secure}",
        "media-src": f"data: blob: {secure}",
        "connect-src": f"{secure} {sockets}",
        "frame-src": secure,
        "worker-src": "blob:",
        "form-action": secure,
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "sandbox": SANDBOX + (" allow-same-origin" if keeps else ""),
    }
    return "; ".join(
        f"{name} {' '.join(value.split()) or NOTHING}" for name, value in parts.items()
    )


NOTHING = "'none'"


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
