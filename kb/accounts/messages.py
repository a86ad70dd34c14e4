"""What Flask-Security says, in our words: looked up in our catalogue, so that they are translated with it."""

from collections.abc import Mapping


def N_(text: str) -> str:  # noqa: N802  (the name that string extraction knows)
    """Mark a text for translation where it stands."""
    return text


EXPIRED_LINK = N_("This link has been used, or it is too old. Ask for a new one below.")
PASSKEY_FAILED = N_("This passkey was not accepted. Try again, or use your password.")

MESSAGES: Mapping[str, tuple[str, str]] = {
    "UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "REAUTHENTICATION_REQUIRED": (N_("Please confirm that it is you."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you, you can go on."), "done"),
    "PASSWORD_RESET_REQUEST": (N_("The letter is on its way."), "done"),
    "PASSWORD_RESET_EXPIRED": (EXPIRED_LINK, "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (EXPIRED_LINK, "error"),
    "PASSWORD_RESET_NO_LOGIN": (
        N_("Your new password is set, and every browser was signed out. Sign in with it."),
        "done",
    ),
    "PASSWORD_CHANGE": (
        N_("Your password is changed, and every other browser was signed out."),
        "done",
    ),
    "PASSWORD_NOT_PROVIDED": (N_("Type a password."), "error"),
    "INVALID_PASSWORD": (N_("This is not your password."), "error"),
    "PASSWORD_IS_THE_SAME": (N_("This is the password that you have already."), "error"),
    "INVALID_EMAIL_ADDRESS": (N_("This is not an e-mail address."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Type your e-mail address."), "error"),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("This code is wrong, too old or used already. Wait for the next one."),
        "error",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Sign in again, from the start."), "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "done"),
    "INVALID_RECOVERY_CODE": (N_("This recovery code is wrong or used already."), "error"),
    "WEBAUTHN_EXPIRED": (N_("That took too long. Please try again."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You have a passkey of this name already."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no passkey of this name."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        N_("Use letters, digits, spaces, - and _ alone."),
        "error",
    ),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey “%(name)s” was removed."), "done"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("The passkey “%(name)s” was added."), "done"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is registered already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (PASSKEY_FAILED, "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (PASSKEY_FAILED, "error"),
    "WEBAUTHN_NO_VERIFY": (PASSKEY_FAILED, "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        N_("This passkey comes after the password, not instead of it."),
        "error",
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (PASSKEY_FAILED, "error"),
    "DISABLED_ACCOUNT": (PASSKEY_FAILED, "error"),
    "API_ERROR": (PASSKEY_FAILED, "error"),
}
