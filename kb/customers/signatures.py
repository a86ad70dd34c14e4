"""Whether a token was signed by one of the company's keys: a JWT, or fields with an HMAC.

The key decides how a token must be signed, never the token: one signed with another algorithm, or
with none, is refused whatever it says of itself.
"""

import base64
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey

from kb.customers.claims import Claims, Flaw, Refused, claims_of, signed_fields

MAX_TOKEN = 4_000  # characters; an address of more than 8 kB is refused by the server
SIGNATURE = "&signature="  # ends the plain form
HS256, RS256, ES256 = "HS256", "RS256", "ES256"
SECRET_BYTES = 32
MIN_RSA_BITS = 2048


class NotAPublicKey(ValueError):
    """A text is no public key that tokens could be signed for."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may vouch. `material`: the shared secret, or the public key as PEM."""

    key_id: str
    algorithm: str
    material: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a token says, and which key has signed it."""

    claims: Claims
    key_id: str


def read(token: str, keys: Iterable[Key], *, now: datetime, sites: frozenset[str]) -> Vouched:
    """Return what a token vouches for; raises `Refused`."""
    text = token.strip()
    if len(text) > MAX_TOKEN:
        raise Refused(Flaw.TOO_LONG)
    if SIGNATURE in text:
        key, fields = _plain(text, keys)
        return Vouched(signed_fields(fields, now=now), key.key_id)
    key, payload = _jwt(text, list(keys))
    return Vouched(claims_of(payload, now=now, sites=sites), key.key_id)


def _plain(text: str, keys: Iterable[Key]) -> tuple[Key, dict[str, str]]:
    """Return who signed `name=value&…&signature=hex`, and its fields.

    Signed is the very text before the signature, so that no two languages need agree how to write it.
    """
    said, _, signature = text.rpartition(SIGNATURE)
    for key in keys:
        if key.algorithm == HS256 and hmac.compare_digest(
            hmac.new(key.material.encode(), said.encode(), sha256).hexdigest().encode(),
            signature.lower().encode(),
        ):
            return key, _fields(said)
    raise Refused(Flaw.BAD_SIGNATURE)


def _fields(said: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(said, keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError as error:
        raise Refused(Flaw.UNREADABLE) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused(Flaw.BAD_CLAIM, "a field is there twice")
    return fields


def _jwt(text: str, keys: list[Key]) -> tuple[Key, dict[str, Any]]:
    header = _header(text)
    named = header.get("kid")
    possible = [key for key in keys if named is None or key.key_id == named]
    if not possible:
        raise Refused(Flaw.NO_SUCH_KEY)
    fitting = [key for key in possible if key.algorithm == header.get("alg")]
    if not fitting:
        raise Refused(Flaw.WRONG_ALGORITHM, str(header.get("alg"))[:20])
    for key in fitting:
        payload = _payload(text, key)
        if payload is not None:
            return key, payload
    raise Refused(Flaw.BAD_SIGNATURE)


def _header(text: str) -> dict[str, Any]:
    """Return the header of a JWT, which nobody has vouched for yet."""
    try:
        first, _rest, _signature = text.split(".")
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError) as error:
        raise Refused(Flaw.UNREADABLE) from error
    if not isinstance(header, dict):
        raise Refused(Flaw.UNREADABLE)
    return header


def _payload(text: str, key: Key) -> dict[str, Any] | None:
    """Return what a token says if this key has signed it."""
    try:
        signed = jws.deserialize_compact(text, _imported(key), algorithms=[key.algorithm])
        payload = json.loads(signed.payload)
    except (JoseError, ValueError, RecursionError):
        return None
    if not isinstance(payload, dict):
        raise Refused(Flaw.UNREADABLE)
    return payload


@lru_cache(maxsize=32)
def _imported(key: Key) -> OctKey | RSAKey | ECKey:
    """Return a key as the library takes it: to read a PEM takes longer than to check a signature."""
    if key.algorithm == HS256:
        return OctKey.import_key(key.material)
    return (RSAKey if key.algorithm == RS256 else ECKey).import_key(key.material)


def public_key(text: str) -> tuple[str, str]:
    """Return (algorithm, PEM) of a public key given as PEM or JWK; raises `NotAPublicKey`.

    Of a private one too: a company should not send it, and nothing of its private half is kept.
    """
    given = text.strip()
    try:
        data: Any = json.loads(given) if given.startswith("{") else given
        imported = _any_public(data)
        pem = imported.as_pem(private=False).decode().strip()
    except (JoseError, ValueError, TypeError, RecursionError, AttributeError) as error:
        raise NotAPublicKey("no-key") from error
    if isinstance(imported, ECKey):
        if imported.curve_name != "P-256":
            raise NotAPublicKey("wrong-curve")
        return ES256, pem
    if imported.raw_value.key_size < MIN_RSA_BITS:
        raise NotAPublicKey("too-short")
    return RS256, pem


def _any_public(data: Any) -> RSAKey | ECKey:
    if isinstance(data, dict):
        return (ECKey if data.get("kty") == "EC" else RSAKey).import_key(data)
    try:
        return RSAKey.import_key(data)
    except (JoseError, ValueError, TypeError):
        return ECKey.import_key(data)
