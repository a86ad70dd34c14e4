"""Claims about what a token may say, and what no token can talk the site into."""

import base64
import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, RSAKey

from kb.customers.claims import CLOCK_SKEW, LONGEST_LIFE, Claims, Flaw, Refused
from kb.customers.signatures import ES256, HS256, RS256, Key, NotAPublicKey, public_key, read
from tests.kb.customers.signing import (
    EC,
    KEYS,
    NOW,
    RSA,
    SITE,
    payload,
    plain,
    seconds,
    signed,
)

SHORT = (
    rsa.generate_private_key(65537, 1024)
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def claims(token: str, keys: tuple[Key, ...] = KEYS, now: datetime = NOW) -> Claims:
    return read(token, keys, now=now, sites=frozenset({SITE})).claims


def flaw(token: str, keys: tuple[Key, ...] = KEYS, now: datetime = NOW) -> Flaw:
    with pytest.raises(Refused) as refused:
        claims(token, keys, now)
    return refused.value.flaw


def unsigned(header: dict[str, Any], said: dict[str, Any], signature: str = "") -> str:
    def part(what: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(what).encode()).decode().rstrip("=")

    return f"{part(header)}.{part(said)}.{signature}"


@pytest.mark.parametrize(
    ("key", "alg", "kid"),
    [
        (None, HS256, "key_shop"),
        (RSA, RS256, "key_app"),
        (EC, ES256, "key_desk"),
        (EC, ES256, None),
    ],
)
def test_a_token_signed_with_a_key_of_the_company_names_its_customer(
    key: Any, alg: str, kid: str | None
) -> None:
    header = {"kid": kid} if kid else {}
    found = claims(signed(payload(), key, alg, **header))
    assert (found.reference, found.name, found.plan) == ("4217", "Ada", "pro")
    assert found.expires_at == NOW + timedelta(minutes=5)


def test_a_customer_is_called_as_they_are_written() -> None:
    assert claims(plain(name="علی\u200cرضا")).name == "علی\u200cرضا"
    assert claims(plain(name="Anne\u00a0Le\u202fGall")).name == "Anne Le Gall"
    assert flaw(plain(name="Ada\nMartin")) is Flaw.BAD_CLAIM
    assert flaw(plain(name="Ada \u202enitraM")) is Flaw.BAD_CLAIM


def test_the_plain_form_names_a_customer_too() -> None:
    found = claims(plain(email="ada@example.org"))
    assert (found.reference, found.name, found.email) == ("4217", "Ada Martin", "ada@example.org")


@pytest.mark.parametrize(
    "token",
    [
        plain("another secret"),
        plain().replace("4217", "4218"),
        plain().replace("sub=4217", "sub=4217&plan=gold"),
        signed(payload(), OctKey.import_key("another secret of thirty-two bytes")),
        signed(payload(), RSAKey.generate_key(2048), RS256),
    ],
)
def test_what_was_signed_by_nobody_known_is_refused(token: str) -> None:
    assert flaw(token) is Flaw.BAD_SIGNATURE


def test_a_public_key_is_no_secret_to_sign_with() -> None:
    """Somebody who knows the public key signs with it as if it were a shared secret."""
    text = unsigned({"alg": HS256, "kid": "key_app"}, payload())
    said = text.rstrip(".")
    forged = hmac.new(KEYS[1].material.encode(), said.encode(), sha256).digest()
    signature = base64.urlsafe_b64encode(forged).decode().rstrip("=")
    assert flaw(f"{said}.{signature}") is Flaw.WRONG_ALGORITHM
    assert flaw(f"{said}.{signature}", KEYS[1:]) is Flaw.WRONG_ALGORITHM


@pytest.mark.parametrize("alg", ["none", "None", "HS512", "", None, 7, ["HS256"]])
def test_a_token_does_not_choose_how_it_is_checked(alg: Any) -> None:
    assert flaw(unsigned({"alg": alg}, payload())) is Flaw.WRONG_ALGORITHM


def test_a_key_that_is_not_valid_any_more_vouches_for_nobody() -> None:
    assert flaw(signed(payload(), kid="key_old")) is Flaw.NO_SUCH_KEY
    assert flaw(signed(payload()), ()) is Flaw.NO_SUCH_KEY


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"exp": None}, Flaw.NO_EXPIRY),
        ({"iat": None}, Flaw.NO_ISSUE),
        ({"aud": None}, Flaw.WRONG_SITE),
        ({"aud": "https://other.example"}, Flaw.WRONG_SITE),
        ({"aud": {"a": 1}}, Flaw.WRONG_SITE),
        ({"sub": ""}, Flaw.NO_REFERENCE),
        ({"sub": None}, Flaw.NO_REFERENCE),
        ({"sub": "x" * 101}, Flaw.BAD_CLAIM),
        ({"sub": "a\x00b"}, Flaw.BAD_CLAIM),
        ({"sub": True}, Flaw.BAD_CLAIM),
        ({"sub": "crm/42"}, Flaw.BAD_CLAIM),
        ({"sub": ".."}, Flaw.BAD_CLAIM),
        ({"email": "nobody"}, Flaw.BAD_CLAIM),
        ({"email": "a@b.example\nBcc: c@d.example"}, Flaw.BAD_CLAIM),
        ({"name": ["Ada"]}, Flaw.BAD_CLAIM),
        ({"exp": "soon"}, Flaw.BAD_CLAIM),
        ({"exp": 1e300}, Flaw.BAD_CLAIM),
        ({"exp": seconds(NOW + LONGEST_LIFE) + 1}, Flaw.LIVES_TOO_LONG),
        ({"iat": seconds(NOW + timedelta(minutes=5))}, Flaw.FROM_THE_FUTURE),
        ({"nbf": seconds(NOW + timedelta(minutes=5))}, Flaw.FROM_THE_FUTURE),
        ({"iat": seconds(NOW), "exp": seconds(NOW)}, Flaw.LIVES_TOO_LONG),
    ],
)
def test_a_token_that_says_too_little_or_too_much_is_refused(
    changed: dict[str, Any], expected: Flaw
) -> None:
    assert flaw(signed(payload(**changed))) is expected


def test_two_clocks_may_differ_by_a_minute_and_no_more() -> None:
    token, ends = signed(payload()), NOW + timedelta(minutes=5)
    assert claims(token, now=ends + CLOCK_SKEW - timedelta(seconds=1)).reference == "4217"
    assert flaw(token, now=ends + CLOCK_SKEW) is Flaw.EXPIRED
    assert claims(token, now=NOW - CLOCK_SKEW).reference == "4217"
    assert flaw(token, now=NOW - CLOCK_SKEW - timedelta(seconds=1)) is Flaw.FROM_THE_FUTURE


def test_the_plain_form_ends_an_hour_after_it_was_signed() -> None:
    last = NOW + LONGEST_LIFE + CLOCK_SKEW
    assert claims(plain(), now=last - timedelta(seconds=1)).reference == "4217"
    assert flaw(plain(), now=last) is Flaw.EXPIRED
    assert flaw(plain(timestamp=seconds(last) * 1000)) is Flaw.BAD_CLAIM
    assert flaw(plain(timestamp="")) is Flaw.NO_ISSUE


@given(st.text(max_size=300) | st.builds("{}&signature={}".format, st.text(), st.text()))
def test_nothing_that_anybody_types_does_anything_but_be_refused(text: str) -> None:
    assert flaw(text) in Flaw


@given(
    st.dictionaries(
        st.text(max_size=8), st.none() | st.integers() | st.text() | st.lists(st.text()), max_size=5
    )
)
def test_whatever_is_signed_names_a_customer_or_is_refused(said: dict[str, Any]) -> None:
    try:
        found = claims(signed(payload(**said)))
    except Refused:
        return
    assert 0 < len(found.reference) <= 100
    assert found.name.isprintable()


def test_a_token_of_any_length_is_refused_before_it_is_read() -> None:
    assert flaw("x" * 4001) is Flaw.TOO_LONG


def test_public_keys_are_taken_as_pem_and_jwk_without_their_private_half() -> None:
    assert public_key(RSA.as_pem(private=False).decode())[0] == RS256
    assert public_key(json.dumps(EC.as_dict(private=False)))[0] == ES256
    algorithm, pem = public_key(EC.as_pem(private=True).decode())
    assert algorithm == ES256
    assert "PRIVATE" not in pem


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "{}", '{"kty": "oct", "k": "c2VjcmV0"}', "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----",
        ECKey.generate_key("P-521").as_pem(private=False).decode(),
        SHORT,
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Key size should be")
def test_what_no_token_should_be_signed_for_is_no_key(text: str) -> None:
    with pytest.raises(NotAPublicKey):
        public_key(text)
