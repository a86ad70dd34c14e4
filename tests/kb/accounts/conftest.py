"""The cast of the accounts: Lea writes, Noor administers, Kim has no role."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.audit.models import AuditEntry
from kb.db import db
from kb.mail.models import OutgoingMail
from tests.conftest import PASSWORD

LEA, NOOR, KIM = "lea@clairson.example", "noor@clairson.example", "kim@clairson.example"
OTHER_PASSWORD = "lamps under seven bridges"

Enter = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def _people(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    add_user(LEA, PASSWORD, RoleName.WRITER, name="Lea")


def person(email: str = LEA) -> User:
    """Return an account as the database has it now."""
    db.session.rollback()
    found = db.session.scalar(select(User).where(User.email == email))
    assert found is not None
    return found


def sign_in_form(client: FlaskClient, email: str = LEA, password: str = PASSWORD) -> TestResponse:
    return client.post(
        "/studio/sign-in",
        data={"email": email, "password": password},
        headers={"Accept-Language": "en"},
    )


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Return a function that signs somebody in, in a browser of their own."""

    def entered(email: str = LEA, password: str = PASSWORD, **more: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/studio/sign-in", data={"email": email, "password": password, **more})
        assert answer.status_code == 302, answer.text
        return client

    return entered


@pytest.fixture
def noor(enter: Enter) -> FlaskClient:
    """The administrator, signed in."""
    add_user(NOOR, PASSWORD, RoleName.ADMIN, name="Noor")
    return enter(NOOR)


def letters(email: str = LEA) -> list[OutgoingMail]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.recipient == email).order_by(OutgoingMail.id)
        )
    )


def link_in(letter: OutgoingMail) -> str:
    """Return the path that a letter leads to."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
