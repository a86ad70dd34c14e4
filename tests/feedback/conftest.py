"""Requests as they are in life: none inherits what another has left in `g`."""

from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient


class FreshClient(FlaskClient):
    """Sends each request outside the context that the fixture `app` keeps open for the test.

    Inside it, Flask would share `g` between requests: the language of the first one, and who signed in.
    """

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request in a context of its own."""
        return Context().run(super().open, *args, **options)


@pytest.fixture(autouse=True)
def _fresh_requests(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        app.test_client_class = FreshClient
