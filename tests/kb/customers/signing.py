"""A company's keys for these tests, and tokens signed with them."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from kb.customers.signatures import ES256, HS256, RS256, Key

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SITE = "https://help.clairson.example"
SECRET = "a secret of the shop that nobody else knows"
RSA = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")
KEYS = (
    Key("key_shop", HS256, SECRET),
    Key("key_app", RS256, RSA.as_pem(private=False).decode()),
    Key("key_desk", ES256, EC.as_pem(private=False).decode()),
)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def payload(**changed: Any) -> dict[str, Any]:
    said = {
        "sub": "4217", "name": "Ada", "email": "ada@example.org", "locale": "fr", "plan": "pro",
        "aud": SITE, "iat": seconds(NOW), "exp": seconds(NOW + timedelta(minutes=5)), **changed,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def signed(said: dict[str, Any], key: Any = None, alg: str = HS256, **header: Any) -> str:
    signing = key or OctKey.import_key(SECRET)
    return jwt.encode({"alg": alg, **header}, said, signing, algorithms=[alg])


def plain(secret: str = SECRET, **changed: Any) -> str:
    fields = {"sub": "4217", "name": "Ada Martin", "timestamp": seconds(NOW), **changed}
    text = urlencode(sorted(fields.items()))
    return f"{text}&signature={hmac.new(secret.encode(), text.encode(), sha256).hexdigest()}"
