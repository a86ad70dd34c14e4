"""Whether a message comes from the help desk: by the signatures that desks can make. Plain Python."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from feedback.helpdesk.heard import moment
from kb.webhooks.signatures import BadSignature, verify

ZENDESK = "x-zendesk-webhook-signature"
ZENDESK_TIME = "x-zendesk-webhook-signature-timestamp"
ZAMMAD = "x-hub-signature"
TOLERANCE = timedelta(minutes=15)  # Zendesk tries again for a while under the first time


def check(
    sent: Mapping[str, str],
    body: bytes,
    *,
    secret: str,
    foreign_secret: str,
    takes_bearer: bool,
    now: datetime,
) -> None:
    """Raise `BadSignature` unless one of the proofs is there. Names of headers in small letters.

    Ours and Zendesk's sign the time too. Zammad's signs the body alone, and Freshdesk only sends the
    secret: what is sent twice is taken once in any case.
    """
    if "webhook-signature" in sent:
        verify([secret], sent, body, now)
    elif ZENDESK in sent:
        _check_zendesk(sent, body, foreign_secret, now)
    elif ZAMMAD in sent:
        digest = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        _compare(sent[ZAMMAD], f"sha1={digest}")
    elif takes_bearer and "authorization" in sent:
        _compare(sent["authorization"], f"Bearer {secret}")
    else:
        raise BadSignature("it is not signed")


def _check_zendesk(
    sent: Mapping[str, str], body: bytes, foreign_secret: str, now: datetime
) -> None:
    if not foreign_secret:
        raise BadSignature("the signing secret of the webhook in Zendesk has not been entered here")
    stamp = sent.get(ZENDESK_TIME, "")
    digest = hmac.new(foreign_secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    _compare(sent[ZENDESK], base64.b64encode(digest).decode())
    at = moment(stamp)
    if at is None or abs(now - at) > TOLERANCE:
        raise BadSignature("its signature is of another time: is the clock of its sender right?")


def _compare(given: str, wanted: str) -> None:
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise BadSignature("its signature is not of this secret")
