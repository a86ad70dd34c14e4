"""Sign-in through Flask-Security, set up our way."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask, Response, abort, redirect, request, session, url_for
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    current_user,
    hash_password,
    password_changed,
    password_reset,
    wan_deleted,
    wan_registered,
)
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as AnyResponse

from kb.accounts import (
    account_views,
    freshness,
    invitations,
    letters,
    lockout,
    passkeys,
    people_views,
    second_factor,
    signins,
    throttle,
)
from kb.accounts.forms import (
    ChangeForm,
    CodeForm,
    ConfirmForm,
    ForgottenReset,
    RecoveryForm,
    SignInForm,
)
from kb.accounts.messages import MESSAGES
from kb.accounts.models import Passkey, Role, RoleName, User
from kb.accounts.noting import note
from kb.accounts.oidc import leaving
from kb.accounts.oidc import views as oidc_views
from kb.accounts.passwords import MINIMUM_LENGTH, PasswordRules
from kb.accounts.people import UserExists, by_address, role_of, roles_for
from kb.caching import KEPT_BY_NOBODY
from kb.config import Settings
from kb.db import db, utc_now
from kb.locales import settings

TRANSLATIONS = str(Path(__file__).parents[1] / "translations")
# Pages of the library that ours replace, or that would weaken the second factor.
NOT_OFFERED = (
    "two_factor_setup",
    "two_factor_setup_validate",
    "two_factor_rescue",
    "mf_recovery_codes",
)
FOR_PASSWORDS = (
    "forgot_password",
    "reset_password",
    "change_password",
    "wan_signin",
    "wan_signin_response",
    "wan_register",
    "wan_register_response",
)
# Where a person with a role may go who must set a second factor first.
BEFORE_SECOND_FACTOR = {"account.second_factor", "account.set_app", "account.recovery_codes"}

datastore = SQLAlchemyUserDatastore(db, User, Role, Passkey)
security = Security()


def _configure(app: Flask, config: Settings) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  (the name of an algorithm)
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_LENGTH_MIN=MINIMUM_LENGTH,
        SECURITY_LOGIN_URL="/studio/sign-in",
        SECURITY_LOGOUT_URL="/studio/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW=LocalProxy(account_views.first_page),
        SECURITY_POST_LOGOUT_VIEW=LocalProxy(leaving.after_sign_out),
        SECURITY_UNAUTHORIZED_VIEW=None,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        # The letters are written by `Letters`, in the language of their reader.
        SECURITY_EMAIL_HTML=False,
        SECURITY_EMAIL_PLAINTEXT=False,
        SECURITY_RECOVERABLE=True,
        SECURITY_RESET_URL="/studio/forgotten",
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(hours=letters.RESET_HOURS),
        SECURITY_CHANGEABLE=True,
        SECURITY_CHANGE_URL="/studio/account/password",
        SECURITY_POST_CHANGE_VIEW="/studio/account",
        SECURITY_VERIFY_URL="/studio/account/confirm",
        SECURITY_POST_VERIFY_VIEW="/studio/account",
        SECURITY_FRESHNESS=freshness.FRESH_FOR,
        SECURITY_FRESHNESS_GRACE_PERIOD=freshness.GRACE,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_DATETIME_FACTORY=utc_now,
        SECURITY_FLASH_MESSAGES=True,
        SECURITY_I18N_DOMAIN="messages",
        SECURITY_I18N_DIRNAME=[TRANSLATIONS],
        SECURITY_CACHE_CONTROL={},  # the extension writes `private=True`; see below
        # The same words whether the address is unknown or the password wrong.
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=signins.UNUSED_FOR,
        **{f"SECURITY_MSG_{name}": said for name, said in MESSAGES.items()},
        **_second_factor(app, config),
    )


def _second_factor(app: Flask, config: Settings) -> dict[str, Any]:
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": [second_factor.APP],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": second_factor.WINDOW_SECONDS,
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/studio/sign-in/code",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/studio/sign-in/choose",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/studio/account/not-offered/setup",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/studio/account/not-offered/rescue",
        "SECURITY_TOTP_SECRETS": second_factor.key_for(app),
        "SECURITY_TOTP_ISSUER": config.site_name,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/studio/sign-in/recovery-code",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/studio/account/not-offered/codes",
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": config.site_name,
        "SECURITY_WAN_ALLOW_USER_HINTS": False,  # they would tell which addresses have an account
        "SECURITY_WAN_SIGNIN_URL": "/studio/sign-in/passkey",
        "SECURITY_WAN_REGISTER_URL": "/studio/account/passkeys",
        "SECURITY_WAN_DELETE_URL": "/studio/account/passkeys/remove",
        "SECURITY_WAN_VERIFY_URL": "/studio/account/confirm/passkey",
    }


def init_app(app: Flask) -> None:
    """Bind sign-in to the application, under /studio."""
    config: Settings = app.extensions["kb_settings"]
    _configure(app, config)
    security._mail_util_cls = letters.Letters
    security._password_util_cls = PasswordRules
    security._totp_cls = second_factor.Codes
    security._mf_recovery_codes_util_cls = second_factor.RecoveryCodes
    security._webauthn_util_cls = passkeys.Passkeys
    security.init_app(
        app,
        datastore,
        register_blueprint=True,
        login_form=SignInForm,
        verify_form=ConfirmForm,
        reset_password_form=ForgottenReset,
        change_password_form=ChangeForm,
        two_factor_verify_code_form=CodeForm,
        mf_recovery_form=RecoveryForm,
    )
    freshness.init_app(security)
    signins.init_app(app, security)
    lockout.init_app(app)
    throttle.init_app(app)
    _keep_signed_in(app)
    _take_away(app, NOT_OFFERED if config.takes_passwords else NOT_OFFERED + FOR_PASSWORDS)
    for signal, react in (
        (password_reset, _on_reset),
        (password_changed, _on_change),
        (wan_registered, _on_passkey),
        (wan_deleted, _on_passkey_gone),
    ):
        signal.connect(react, app, weak=False)
    for views in (account_views, people_views, oidc_views):
        views.init_app(app)
    app.before_request(ask_for_second_factor)
    app.after_request(keep_to_the_visitor)


def _keep_signed_in(app: Flask) -> None:
    """Lead whoever has signed in on from the page of the code; the library signs them out.

    It takes them for somebody in the middle of its own page for setting up an app, which is not
    offered here. They came back by the browser's history, or from another tab.
    """
    ask_for_code = app.view_functions["security.two_factor_token_validation"]

    def lead_on() -> Any:
        if current_user.is_authenticated:
            return redirect(str(app.config["SECURITY_POST_LOGIN_VIEW"]))
        return ask_for_code()

    app.view_functions["security.two_factor_token_validation"] = lead_on


def _take_away(app: Flask, names: tuple[str, ...]) -> None:
    def gone(**_values: Any) -> NoReturn:
        abort(HTTPStatus.NOT_FOUND)

    for name in names:
        app.view_functions[f"security.{name}"] = gone


def ask_for_second_factor() -> AnyResponse | None:
    """Show whoever has a role no page of the studio before they have the second factor they must have."""
    if settings().second_factor != "required" or not request.path.startswith("/studio"):
        return None
    if request.endpoint in BEFORE_SECOND_FACTOR or request.blueprint in {"security", "oidc", None}:
        return None
    if not current_user.is_authenticated or role_of(current_user) is None:
        return None
    # A passkey that knows its owner, and the provider, are two factors already.
    if session.get(signins.VIA) in {"webauthn", "provider"} or second_factor.has_second_factor(
        current_user
    ):
        return None
    return redirect(url_for("account.second_factor"))


def keep_to_the_visitor(response: Response) -> Response:
    """Let no cache keep a page about somebody's account."""
    if request.blueprint in {"security", "account", "people", "oidc"}:
        response.headers["Cache-Control"] = KEPT_BY_NOBODY
    return response


def add_user(
    email: str, password: str, role: RoleName | None, *, name: str = "", locale: str = ""
) -> User:
    """Create an account with `role` and those it includes, without one for a customer. Committed.

    Raises `UserExists` when the address has one; the password is stored as an Argon2 hash.
    """
    email = email.strip().lower()
    if by_address(email):
        raise UserExists(f"{email} has an account already: choose another address")
    user = User(
        email=email,
        password=hash_password(password),
        roles=roles_for(role),
        name=name or email.split("@")[0],
        locale=locale,
    )
    db.session.add(user)
    db.session.commit()
    return user


def _on_reset(_app: Flask, user: User, **_more: Any) -> None:
    """The link proves who they are: locks open, an invitation is accepted, every browser signed out."""
    lockout.forgive(user)
    invitations.taken(user)
    signins.end_all(user)
    note("account.password-reset", user)


def _on_change(_app: Flask, user: User, **_more: Any) -> None:
    signins.end_all(user, but=signins.present(user))
    note("account.password-changed", user)


def _on_passkey(_app: Flask, user: User, name: str, **_more: Any) -> None:
    letters.send_changed(user, "passkey")
    note("passkey.added", user, name=name)


def _on_passkey_gone(_app: Flask, user: User, name: str, **_more: Any) -> None:
    letters.send_changed(user, "no-passkey")
    note("passkey.removed", user, name=name)
