"""Claims about signatures, checked by hand as a receiver would, without our own code."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.webhooks.signatures import (
    BadSignature,
    headers,
    key_of,
    new_secret,
    signature,
    verify,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRETS = st.binary(min_size=24, max_size=64).map(
    lambda each: "whsec_" + base64.b64encode(each).decode()
)


def test_a_known_message_has_the_known_signature() -> None:
    """The example of the specification's own reference libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert (
        signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@given(SECRETS, st.binary(max_size=200))
def test_a_receiver_can_check_a_message_with_the_standard_library(secret: str, body: bytes) -> None:
    sent = headers([secret], "evt_1", body, NOW)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert sent["webhook-signature"] == f"v1,{digest}"


@given(SECRETS, SECRETS, st.binary(max_size=50))
def test_both_secrets_sign_while_a_receiver_changes_over(new: str, old: str, body: bytes) -> None:
    sent = headers([new, old], "evt_1", body, NOW)
    assert verify([old], sent, body, NOW) == verify([new], sent, body, NOW) == NOW


@given(SECRETS, st.binary(min_size=1, max_size=50), st.data())
def test_a_changed_message_is_refused(secret: str, body: bytes, data: st.DataObject) -> None:
    sent = headers([secret], "evt_1", body, NOW)
    at = data.draw(st.integers(0, len(body) - 1))
    other = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
    with pytest.raises(BadSignature):
        verify([secret], sent, other, NOW)
    with pytest.raises(BadSignature):
        verify([secret], {**sent, "webhook-id": "evt_2"}, body, NOW)
    with pytest.raises(BadSignature):
        verify([new_secret()], sent, body, NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_message_of_another_time_is_refused(minutes: int) -> None:
    secret = new_secret()
    sent = headers([secret], "evt_1", b"{}", NOW)
    with pytest.raises(BadSignature, match="another time"):
        verify([secret], sent, b"{}", NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("stamp", ["", "soon", "²", "9" * 30, "-1"])
def test_a_timestamp_that_is_none_is_refused(stamp: str) -> None:
    secret = new_secret()
    sent = {**headers([secret], "evt_1", b"{}", NOW), "webhook-timestamp": stamp}
    with pytest.raises(BadSignature):
        verify([secret], sent, b"{}", NOW)


def test_a_secret_of_another_make_is_taken_as_its_letters() -> None:
    assert key_of("shared words") == b"shared words"
    assert key_of("whsec_no base64!") == b"whsec_no base64!"
