"""What proves that somebody has had a message of ours: a signed name of a thread.

It stands in the `Message-ID` of whatever we send and, where mail servers allow it, in the address that
answers go to. Mail servers may write addresses in lower case, so that it knows no capitals.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

MAC_LENGTH = 16  # of 32 letters: 80 bits, too many to guess by mail
PURPOSE = b"feedback.mailbox.tokens"

_TOKEN = re.compile(r"(?<![a-z0-9])([a-z0-9]{8})-(c|s\d{1,10})-([a-z2-7]{16})(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Claim:
    """Which thread a message answers, and to whom ours had gone.

    `colleague` is None for the customer, the number of an account, or 0 for the address that all
    colleagues share.
    """

    reference: str  # without its hyphen, in lower case
    colleague: int | None = None

    @property
    def is_staff(self) -> bool:
        """Whether our message had gone to the staff."""
        return self.colleague is not None


def token_of(claim: Claim, key: str) -> str:
    """Return the signed name: `k7mq4xtp-c-…` for the customer, `k7mq4xtp-s7-…` for colleague 7."""
    body = _body(claim)
    return f"{body}-{_mac(body, key)}"


def claims_in(texts: Iterable[str], key: str) -> list[Claim]:
    """Return what the sound tokens in some headers say, the newest message of a thread first.

    `References` names the oldest message first, so that texts are read from their end.
    """
    found = (match for text in texts for match in reversed(list(_TOKEN.finditer(text.lower()))))
    sound = (match for match in found if _is_sound(match, key))
    return list(dict.fromkeys(_claim(match[1], match[2]) for match in sound))


def _body(claim: Claim) -> str:
    role = "c" if claim.colleague is None else f"s{claim.colleague}"
    return f"{claim.reference.replace('-', '').lower()}-{role}"


def _claim(reference: str, role: str) -> Claim:
    return Claim(reference, None if role == "c" else int(role[1:]))


def _is_sound(match: re.Match[str], key: str) -> bool:
    return hmac.compare_digest(_mac(f"{match[1]}-{match[2]}", key), match[3])


def _mac(body: str, key: str) -> str:
    derived = hmac.new(key.encode(), PURPOSE, hashlib.sha256).digest()
    digest = hmac.new(derived, body.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:MAC_LENGTH]
