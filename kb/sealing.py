"""Secrets that must be read again, encrypted where they lie: a copy of the database gives none away."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

PURPOSE = b"kb.sealing"


class Unreadable(RuntimeError):
    """A secret was sealed under another `KB_SECRET_KEY`: it must be entered again."""


def seal(secret: str) -> str:
    """Return a secret encrypted under the key of the site (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Return a secret as it was; raises `Unreadable` where the key of the site has changed."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable(
            "this secret was kept under another KB_SECRET_KEY: enter it again, or set the old key"
        ) from None


def _fernet() -> Fernet:
    key = current_app.config["SECRET_KEY"].encode()
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))
