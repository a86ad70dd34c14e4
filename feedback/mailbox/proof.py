"""Whether a mail comes from whom it says: what our own mail server found out (RFC 8601).

Anybody can write any address into `From`, and any `Authentication-Results` above it. Only what names
the server that the settings trust is read, and of several the topmost, which it wrote last.
"""

import re
from enum import StrEnum

from feedback.mailbox.parsing import Mail

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*(\w+)([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?:header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*\"?(?:[^\s;@\"]*@)?([\w.-]+)", re.IGNORECASE
)


class Proof(StrEnum):
    """What is known of a sender."""

    PROVEN = "proven"
    UNKNOWN = "unknown"
    FORGED = "forged"


def proof_of(mail: Mail, trusted_server: str) -> Proof:
    """Return what the trusted server found out; unknown where the settings trust none."""
    results = _results(mail, trusted_server) if trusted_server else []
    verdicts = {(method, said) for method, said, _domain in results}
    if ("dmarc", "pass") in verdicts:
        return Proof.PROVEN
    if ("dmarc", "fail") in verdicts:
        return Proof.FORGED
    domain = mail.sender.rpartition("@")[2]
    aligned = {said for _method, said, of in results if _is_same(of, domain)}
    return Proof.PROVEN if "pass" in aligned else Proof.UNKNOWN


def _results(mail: Mail, trusted_server: str) -> list[tuple[str, str, str]]:
    for value in mail.all("authentication-results"):
        server, _, said = _COMMENT.sub(" ", value).partition(";")
        if server.split()[:1] == [trusted_server]:
            return [
                (method.lower(), verdict.lower(), _domain(more))
                for method, verdict, more in _RESULT.findall(said)
            ]
    return []


def _domain(more: str) -> str:
    found = _DOMAIN.search(more)
    return found[1].lower() if found else ""


def _is_same(signed: str, domain: str) -> bool:
    """Tell whether a domain is another one, or stands above it."""
    return bool(signed) and "." in signed and (domain == signed or domain.endswith(f".{signed}"))
