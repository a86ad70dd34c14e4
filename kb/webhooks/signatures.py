"""Signatures by Standard Webhooks (www.standardwebhooks.com): made for others, and checked of others.

What is signed is `id.timestamp.body`, by HMAC-SHA256; a header carries one signature for each secret
that holds, so that a receiver may change over in its own time. Plain Python.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

PREFIX = "whsec_"
SECRET_BYTES = 32
VERSION = "v1"
TOLERANCE = timedelta(minutes=5)  # between two clocks, and for the way
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class BadSignature(ValueError):
    """A message was not signed by who it says, or long ago; the message of the error says which."""


def new_secret() -> str:
    """Return a secret that nobody can guess, in the form that receivers expect."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret; one that is not of our making is taken as its letters."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature of a message, with its version."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"{VERSION},{base64.b64encode(digest).decode()}"


def headers(held: Iterable[str], message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that tell what a message is, and that it is ours."""
    timestamp = int(now.timestamp())
    return {
        ID: message_id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: " ".join(signature(each, message_id, timestamp, body) for each in held),
    }


def verify(held: Iterable[str], sent: Mapping[str, str], body: bytes, now: datetime) -> datetime:
    """Return when a message was signed; raises `BadSignature`. `sent` are its headers."""
    message_id, stamp = sent.get(ID, ""), sent.get(TIMESTAMP, "")
    if not message_id or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise BadSignature("it is not signed")
    moment = datetime.fromtimestamp(int(stamp), UTC)
    if abs(now - moment) > TOLERANCE:
        raise BadSignature("its signature is of another time: is the clock of its sender right?")
    given = [each for each in sent.get(SIGNATURE, "").split() if each.startswith(f"{VERSION},")]
    wanted = [signature(each, message_id, int(stamp), body) for each in held]
    if not any(
        hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted
    ):
        raise BadSignature("its signature is not of this secret")
    return moment
