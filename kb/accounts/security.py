"""Sign-in through Flask-Security, and the verbs about accounts."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from flask_security import LoginForm, Security, SQLAlchemyUserDatastore, hash_password
from flask_security.utils import validate_redirect_url
from sqlalchemy import select

from kb.accounts.models import Role, RoleName, User
from kb.accounts.throttle import throttled_login
from kb.db import db

MINIMUM_PASSWORD_LENGTH = 10

datastore = SQLAlchemyUserDatastore(db, User, Role)
security = Security()


class UserExists(ValueError):
    """An account with this address is there already."""


class SignInForm(LoginForm):
    """A sign-in that leads to a page of this site."""

    def validate_next(self, field: Any) -> None:
        """Forget an address elsewhere: it says nothing against the password."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""


def init_app(app: Flask) -> None:
    """Bind sign-in to the application, under /studio."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  (the name of an algorithm)
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_LENGTH_MIN=MINIMUM_PASSWORD_LENGTH,
        SECURITY_LOGIN_URL="/studio/sign-in",
        SECURITY_LOGOUT_URL="/studio/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/studio/",
        SECURITY_POST_LOGOUT_VIEW="/studio/sign-in",
        SECURITY_UNAUTHORIZED_VIEW=None,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_FLASH_MESSAGES=True,
        # Nothing asks for the password again, so there is no page that does.
        SECURITY_FRESHNESS=timedelta(seconds=-1),
        SECURITY_CACHE_CONTROL={},  # the extension writes `private=True`; see below
        # The same words whether the address is unknown or the password wrong.
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_HTTPONLY=True,
    )
    security.init_app(app, datastore, register_blueprint=True, login_form=SignInForm)
    app.view_functions["security.login"] = throttled_login

    @app.after_request
    def keep_to_the_visitor(response: Response) -> Response:
        if request.blueprint == "security":
            response.headers["Cache-Control"] = "private, no-store"
        return response


def add_user(email: str, password: str, role: RoleName, *, name: str = "") -> User:
    """Create an account with `role` and those it includes.

    Raises `UserExists` when the address has one; the password is stored as an Argon2 hash.
    """
    email = email.strip().lower()
    if db.session.scalar(select(User).where(User.email == email)):
        raise UserExists(f"{email} has an account already: choose another address")
    roles = [datastore.find_or_create_role(each.value) for each in role.included]
    user = User(
        email=email,
        password=hash_password(password),
        roles=roles,
        name=name or email.split("@")[0],
    )
    db.session.add(user)
    db.session.commit()
    return user
