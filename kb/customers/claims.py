"""What a token says of a customer, and whether it may still say so: calculated without any site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from kb.plaintext import lines, one_line

LONGEST_LIFE = timedelta(hours=1)  # from when a token is made to its end
CLOCK_SKEW = timedelta(seconds=60)  # by which the clocks of two machines may differ
MAX_REFERENCE, MAX_TEXT = 100, 200  # characters
SPOKEN = frozenset(
    {"name", "plan"}
)  # as people write it; the others stand in addresses and headers
MAX_EMAIL = 254  # characters, the longest that e-mail allows
MAX_SECONDS = 253_402_300_799  # the last second that a date can name, in the year 9999


class Flaw(StrEnum):
    """Why a token vouches for nobody."""

    TOO_LONG = "too-long"
    UNREADABLE = "unreadable"
    NO_SUCH_KEY = "no-such-key"
    WRONG_ALGORITHM = "wrong-algorithm"
    BAD_SIGNATURE = "bad-signature"
    NO_EXPIRY = "no-expiry"
    NO_ISSUE = "no-issue"
    EXPIRED = "expired"
    FROM_THE_FUTURE = "from-the-future"
    LIVES_TOO_LONG = "lives-too-long"
    WRONG_SITE = "wrong-site"
    NO_REFERENCE = "no-reference"
    BAD_CLAIM = "bad-claim"
    USED = "used"


class Refused(ValueError):
    """A token vouches for nobody; `flaw` says why, `detail` about what."""

    def __init__(self, flaw: Flaw, detail: str = "") -> None:
        super().__init__(f"{flaw.value}: {detail}" if detail else flaw.value)
        self.flaw = flaw
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Claims:
    """A customer as their company's site names them. `expires_at`: when the token ends."""

    reference: str
    expires_at: datetime
    email: str = ""
    name: str = ""
    locale: str = ""
    plan: str = ""


def claims_of(said: Mapping[str, Any], *, now: datetime, sites: frozenset[str]) -> Claims:
    """Return what the payload of a signed token claims; raises `Refused`.

    `sites` are the addresses of this site, one of which `aud` must name. `exp` and `iat` must be there
    and at most an hour apart, so that a token which leaks is soon worth nothing.
    """
    expires_at = _times(said, now)
    audience = said.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if not any(isinstance(each, str) and each.rstrip("/") in sites for each in named):
        raise Refused(Flaw.WRONG_SITE, "aud")
    return _customer(said, expires_at)


def signed_fields(fields: Mapping[str, str], *, now: datetime) -> Claims:
    """Return what the plain form claims: its `timestamp` says when it was signed; raises `Refused`."""
    issued_at = _moment(fields.get("timestamp"), "timestamp", Flaw.NO_ISSUE)
    if issued_at > now + CLOCK_SKEW:
        raise Refused(Flaw.FROM_THE_FUTURE, "timestamp")
    if issued_at + LONGEST_LIFE + CLOCK_SKEW <= now:
        raise Refused(Flaw.EXPIRED, "timestamp")
    return _customer(fields, issued_at + LONGEST_LIFE)


def _times(said: Mapping[str, Any], now: datetime) -> datetime:
    """Return when a token ends, after a look at all that it says of time."""
    expires_at = _moment(said.get("exp"), "exp", Flaw.NO_EXPIRY)
    issued_at = _moment(said.get("iat"), "iat", Flaw.NO_ISSUE)
    if expires_at + CLOCK_SKEW <= now:
        raise Refused(Flaw.EXPIRED, "exp")
    if issued_at > now + CLOCK_SKEW:
        raise Refused(Flaw.FROM_THE_FUTURE, "iat")
    if "nbf" in said and _moment(said["nbf"], "nbf", Flaw.BAD_CLAIM) > now + CLOCK_SKEW:
        raise Refused(Flaw.FROM_THE_FUTURE, "nbf")
    if not timedelta(0) < expires_at - issued_at <= LONGEST_LIFE:
        raise Refused(Flaw.LIVES_TOO_LONG, "exp")
    return expires_at


def _moment(value: Any, name: str, missing: Flaw) -> datetime:
    """Return a moment given in seconds since 1970, as a number or in digits."""
    if value is None or value == "":
        raise Refused(missing, name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= MAX_SECONDS:
        raise Refused(Flaw.BAD_CLAIM, name)
    return datetime.fromtimestamp(value, UTC)


def _customer(said: Mapping[str, Any], expires_at: datetime) -> Claims:
    reference = _text(said, "sub", MAX_REFERENCE)
    if not reference:
        raise Refused(Flaw.NO_REFERENCE, "sub")
    if "/" in reference or reference in {".", ".."}:  # it stands in addresses, between slashes
        raise Refused(Flaw.BAD_CLAIM, "sub")
    return Claims(
        reference=reference,
        expires_at=expires_at,
        email=_email(said),
        name=_text(said, "name", MAX_TEXT),
        locale=_text(said, "locale", MAX_TEXT).replace("_", "-"),
        plan=_text(said, "plan", MAX_TEXT),
    )


def _text(said: Mapping[str, Any], name: str, limit: int) -> str:
    """Return a claim on one line that any database stores; a number is taken as its digits."""
    value = said.get(name, "")
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**MAX_REFERENCE else ""
    if not isinstance(value, str):
        raise Refused(Flaw.BAD_CLAIM, name)
    text = value.strip()
    if name in SPOKEN and lines(text) == text and not set(text) & set("\n\t"):
        return _short(name, one_line(text), limit)
    if not text.isprintable():
        raise Refused(Flaw.BAD_CLAIM, name)
    return _short(name, text, limit)


def _short(name: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise Refused(Flaw.BAD_CLAIM, name)
    return text


def _email(said: Mapping[str, Any]) -> str:
    email = _text(said, "email", MAX_EMAIL)
    local, at, domain = email.rpartition("@")
    if email and not (local and at and domain and " " not in email):
        raise Refused(Flaw.BAD_CLAIM, "email")
    return email
