"""Verbs that write messages need the site's address, as requests and the worker's tasks know it."""

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def with_an_address(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the test inside a request, if it has an application."""
    name = next((each for each in ("any_app", "app") if each in request.fixturenames), None)
    if name is None:
        yield
        return
    app: Flask = request.getfixturevalue(name)
    with app.test_request_context():
        yield
