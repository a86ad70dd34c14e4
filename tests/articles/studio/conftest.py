"""Colleagues who have signed in and read English; a module may name its own instead."""

import pytest
from flask.testing import FlaskClient

from kb.accounts.models import RoleName
from tests.articles.studio.cast import SignIn, english


@pytest.fixture
def writer(sign_in: SignIn) -> FlaskClient:
    """Somebody who writes."""
    return english(sign_in(RoleName.WRITER))


@pytest.fixture
def reviewer(sign_in: SignIn) -> FlaskClient:
    """Somebody who reviews and publishes."""
    return english(sign_in(RoleName.REVIEWER))
