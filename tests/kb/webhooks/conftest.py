"""A program that listens, and an endpoint that leads to it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kb.config import Settings
from kb.webhooks.endpoints import Wanted, add
from tests.listening import Program, listening


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With leave to reach this machine."""
    return settings.model_copy(
        update={"private_hosts": ("127.0.0.1",), "site_url": "https://help.clairson.example"}
    )


@pytest.fixture
def program(app: Flask) -> Iterator[Program]:
    """A program that hears of everything."""
    with listening() as found:
        _endpoint, found.secret = add(Wanted(found.url + "/hook", "the CRM"))
        yield found
