"""Who works in the studio in these tests."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.accounts.models import RoleName, User
from kb.db import db

SignIn = Callable[[RoleName], FlaskClient]


def english(client: FlaskClient) -> FlaskClient:
    """Let a client read English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def account(role: RoleName) -> User:
    """Return the account that `sign_in` opened for a role."""
    return db.session.scalars(
        select(User).where(User.email == f"{role.value}@clairson.example")
    ).one()
