"""Cookies that a site sets on the way to a page: sent back on that way, and forgotten at its end.

Many sites set one, send their visitor to the same address again and go on so until it comes back.
"""

from dataclasses import dataclass, field

from kb.outbound.addresses import Target
from kb.outbound.fetching import Answer

MAX_COOKIES = 20  # of one site
MAX_BYTES = 4_096  # of one cookie


@dataclass(slots=True)
class Cookies:
    """By host: none is sent to another one, whatever it says of domains."""

    _kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def take(self, at: Target, answer: Answer) -> None:
        """Keep what an answer sets."""
        mine = self._kept.setdefault(at.host, {})
        for line in answer.headers.get("set-cookie", "").split("\n"):
            pair = line.partition(";")[0]
            name, equals, value = (part.strip() for part in pair.partition("="))
            is_plain = name and equals and pair.isascii() and pair.isprintable()
            if is_plain and len(pair) <= MAX_BYTES and (name in mine or len(mine) < MAX_COOKIES):
                mine[name] = value

    def headers(self, at: Target) -> dict[str, str]:
        """Return what a request carries."""
        mine = self._kept.get(at.host)
        return {"Cookie": "; ".join(f"{n}={v}" for n, v in mine.items())} if mine else {}

    def __bool__(self) -> bool:
        """Tell whether any site has set one."""
        return any(self._kept.values())
