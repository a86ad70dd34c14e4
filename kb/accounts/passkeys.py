"""Passkeys: what we ask of a device or a password manager that keeps one."""

from typing import Any

from flask import request
from flask_security import WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kb.locales import settings

INSTEAD = "first"  # Flask-Security's names for what a key is used as
AFTER = "secondary"


class Passkeys(WebauthnUtil):
    """A key instead of the password knows its owner, and is found without an address."""

    def origin(self) -> list[str]:  # type: ignore[override]  # what verifies takes several
        """Return the addresses of which browsers must say one that they were on."""
        return list({request.host_url.rstrip("/"), settings().site_url.rstrip("/")} - {""})

    def authenticator_selection(
        self,
        user: Any,  # noqa: ARG002
        usage: str,
    ) -> AuthenticatorSelectionCriteria:
        """Ask for a key that is found by itself and knows its owner where it stands for the password.

        Whether it is in the telephone, the computer or on a stick is its owner's choice.
        """
        if usage == INSTEAD:
            return AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.DISCOURAGED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:  # noqa: ARG002
        """Insist that the key knows its owner where nothing else has said who is there."""
        if usage == [INSTEAD]:
            return UserVerificationRequirement.REQUIRED
        return UserVerificationRequirement.PREFERRED
