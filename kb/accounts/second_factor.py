"""The second factor: codes of an app, codes for a rainy day, and what counts as one."""

import hashlib
import json
import secrets
from typing import Any

from flask import Flask, current_app
from flask_security import MfRecoveryCodesUtil, Totp
from flask_security.proxies import _security
from passlib.exc import UsedTokenError
from passlib.totp import TotpMatch
from sqlalchemy import CursorResult, Text, cast, or_, update

from kb.accounts import letters
from kb.accounts.models import User
from kb.accounts.noting import note
from kb.db import db

APP = "authenticator"  # what Flask-Security calls codes of an app
WINDOW_SECONDS = 30  # how far a telephone's clock may be off: one code before, one after
RECOVERY_CODES = 8
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that looks like something else
_CODE_LENGTH = 12  # letters: 59 bits each code, more than a digest can be searched for


def has_app(user: User) -> bool:
    """Tell whether an app makes codes for somebody."""
    return bool(user.tf_primary_method and user.tf_totp_secret)


def has_second_factor(user: User) -> bool:
    """Tell whether a password alone does not let somebody in."""
    return has_app(user) or any(key.usage == "secondary" for key in user.webauthn)


def key_for(app: Flask) -> dict[str, str]:
    """Return the key that hides the secrets of apps in the database, made from the site's own."""
    own = hashlib.sha256(b"kb.second-factor:" + app.config["SECRET_KEY"].encode()).hexdigest()
    return {"1": own}


class Codes(Totp):
    """Codes of an app, of which none is taken twice, not even by two requests at once."""

    def get_last_counter(self, user: Any) -> int | None:
        """Return the time step of the last code that was taken."""
        found: int | None = user.tf_last_counter
        return found

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        """Keep the time step of a code, or refuse it where another request was quicker."""
        taken: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
            update(User)
            .where(
                User.id == user.id,
                or_(User.tf_last_counter.is_(None), User.tf_last_counter < tmatch.counter),
            )
            .values(tf_last_counter=tmatch.counter)
            .execution_options(synchronize_session="fetch")
        )
        if not taken.rowcount:
            raise UsedTokenError

    def generate_recovery_codes(self, number: int) -> list[str]:
        """Return codes of three groups of four letters."""
        return [_grouped(_random_code()) for _ in range(number)]


def _random_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def digest_of(code: str) -> str:
    """Return what is kept of a recovery code, however it was typed."""
    letters_only = "".join(char for char in code.casefold() if char.isalnum())
    return hashlib.sha256(letters_only.encode()).hexdigest()


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes that are shown once: the database keeps digests, so nothing could show them again."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Give somebody new codes; those before end."""
        codes: list[str] = _security.totp_factory.generate_recovery_codes(RECOVERY_CODES)
        user.mf_recovery_codes = [digest_of(code) for code in codes]
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:  # noqa: ARG002
        """Return none: they are not known."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Tell whether a code is one of those that are left, and use it up at once.

        Of two requests with the same code one is let in: whoever takes it off the list first.
        """
        while True:
            db.session.refresh(user, ["mf_recovery_codes"])
            known = list(user.mf_recovery_codes or [])
            if digest_of(code) not in known:
                return False
            if _take_off(user, digest_of(code), known):
                return (
                    True  # else another request was quicker, with this code or another: look again
                )

    def delete_recovery_code(self, user: Any, code: str) -> bool:  # noqa: ARG002
        """Note that a code was used; it went when it was checked."""
        note("recovery-code.used", user, left=len(user.mf_recovery_codes))
        return True


def _take_off(user: User, digest: str, known: list[str]) -> bool:
    """Leave the known codes but one, unless the list has changed meanwhile."""
    left = [each for each in known if each != digest]
    taken: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(User)
        .where(User.id == user.id, cast(User.mf_recovery_codes, Text) == json.dumps(known))
        .values(mf_recovery_codes=left)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(user, ["mf_recovery_codes"])
    return bool(taken.rowcount)


def new_secret() -> str:
    """Return the secret of a new app, hidden as the database keeps it."""
    return str(_security.totp_factory.generate_totp_secret())


def is_right(user: User, secret: str, code: str) -> bool:
    """Tell whether an app shows `code` for `secret` now; a right code is used up."""
    digits = "".join(char for char in code if not char.isspace())
    return bool(
        _security.totp_factory.verify_totp(
            token=digits, totp_secret=secret, user=user, window=WINDOW_SECONDS
        )
    )


def set_app(user: User, secret: str) -> list[str]:
    """Ask for codes of an app from now on; return new recovery codes, to be shown once. Committed."""
    from_now = current_app.extensions["security"].datastore
    from_now.tf_set(user, APP, totp_secret=secret)
    codes = _security.mf_recovery_codes_util.create_recovery_codes(user)
    note("second-factor.set", user)
    letters.send_changed(user, "app")
    db.session.commit()
    return list(codes)


def new_recovery_codes(user: User) -> list[str]:
    """Give somebody new recovery codes, to be shown once. Committed."""
    codes = _security.mf_recovery_codes_util.create_recovery_codes(user)
    note("recovery-codes.made", user)
    letters.send_changed(user, "recovery-codes")
    db.session.commit()
    return list(codes)


def remove_app(user: User) -> None:
    """Ask for no codes of an app any more. Committed."""
    if not has_app(user):
        return
    user.tf_primary_method = user.tf_totp_secret = None
    if not has_second_factor(user):
        user.mf_recovery_codes = None
    note("second-factor.removed", user)
    letters.send_changed(user, "no-app")
    db.session.commit()


def remove_all(user: User) -> None:
    """Take away whatever is asked for after the password: app, codes and keys. Committed."""
    for key in [key for key in user.webauthn if key.usage == "secondary"]:
        user.webauthn.remove(key)
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    note("second-factor.removed", user)
    letters.send_changed(user, "no-second-factor")
    db.session.commit()
