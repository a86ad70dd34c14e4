"""Programs with keys, for the tests of the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.api import tokens
from kb.api.scopes import Scope
from kb.db import db

Program = Callable[..., FlaskClient]


@pytest.fixture
def program(app: Flask) -> Program:
    """Return a function that gives a program with a key of the scopes; without any, one without a key."""

    def made(*scopes: Scope, **more: Any) -> FlaskClient:
        client = app.test_client()
        if scopes:
            _key, text = tokens.make(db.session, "Shop", scopes, **more)
            db.session.commit()
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
        return client

    return made
