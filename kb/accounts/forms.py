"""The library's forms with what we ask of them beside."""

from typing import Any

from flask_security import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    current_user,
)
from flask_security.forms import Form
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message, validate_redirect_url, verify_password

from kb.accounts import people, second_factor
from kb.accounts.models import User
from kb.locales import settings

LONGEST_TYPED = 1_000  # characters; beyond that nobody has typed, and hashing takes its time


class SignInForm(LoginForm):
    """A sign-in that leads to a page of this site."""

    def validate_next(self, field: Any) -> None:
        """Forget an address elsewhere: it says nothing against the password."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""

    def validate(self, **more: Any) -> bool:
        """Refuse everybody where passwords are off."""
        if not settings().takes_passwords or len(self.password.data or "") > LONGEST_TYPED:
            self.form_errors.append("refused")
            return False
        if not super().validate(**more):
            return False
        # Else the second factor would lead back to the sign-in.
        user: Any = self.user
        self.next.data = self.next.data or people.first_page(user)
        return True


class ConfirmForm(VerifyForm):
    """The password again, from somebody who has signed in."""

    def validate_next(self, field: Any) -> None:
        """Forget an address elsewhere."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""

    def validate(self, **more: Any) -> bool:
        """Refuse while the account is locked, and what no hash can be compared with."""
        user: Any = self.user
        if not user.password or user.is_closed_for_now:
            self.password.errors = [get_message("INVALID_PASSWORD")[0]]
            return False
        return bool(super().validate(**more))


class ForgottenReset(ResetPasswordForm):
    """A new password, typed once: it can be shown, so a second time would prove nothing."""

    password_confirm = None


class ChangeForm(ChangePasswordForm):
    """The old password and the new one, which is typed once."""

    new_password_confirm = None

    def validate(self, **more: Any) -> bool:
        """Count a wrong old password, as at the sign-in: a thief of a browser would guess here."""
        user: User = current_user._get_current_object()
        old = self.password.data or ""
        if user.password and user.is_closed_for_now:
            self.password.errors = [get_message("INVALID_PASSWORD")[0]]
            return False
        is_valid = bool(super().validate(**more))
        if not is_valid and old and user.password and not verify_password(old, user.password):
            user.track_failed_authn("password")
        return is_valid


class CodeForm(TwoFactorVerifyCodeForm):
    """A code of an app, after the password."""

    def validate(self, **more: Any) -> bool:
        """Take none while the account is locked, and none that has another form."""
        if self.code.data:
            self.code.data = "".join(char for char in str(self.code.data) if not char.isspace())
        if not Form.validate(self, **more):
            return False
        user: Any = self.user
        if user.is_closed_for_now or not second_factor.is_right(
            user, self.tf_totp_secret, self.code.data or ""
        ):
            user.track_failed_authn("code", tfa=True)
            self.code.errors = [get_message("TWO_FACTOR_INVALID_TOKEN")[0]]
            return False
        return True


class RecoveryForm(MfRecoveryForm):
    """A recovery code, after the password."""

    def validate(self, **more: Any) -> bool:
        """Count a wrong code like a wrong password."""
        user: Any = self.user
        if user.is_closed_for_now:
            self.code.errors = [get_message("INVALID_RECOVERY_CODE")[0]]
            return False
        is_valid = bool(super().validate(**more))
        if not is_valid and self.code.data:
            user.track_failed_authn("recovery-code", tfa=True)
        return is_valid
