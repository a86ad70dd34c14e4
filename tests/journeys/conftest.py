"""People at their browsers, a site of their own, and a clock that can be set."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

import kb.db
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import utc_now
from tests.chromium import PATIENCE_MILLISECONDS, Check
from tests.conftest import PASSWORD
from tests.journeys.person import Person
from tests.journeys.words import OTHER, Words

WIDTHS = (1280, 390)  # a screen and a telephone

Opened = Callable[[str], Person]
Look = Callable[[Person], None]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Those of a site that sends letters; what sends them does not run, so they stay in the outbox."""
    return settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})


@pytest.fixture(params=OTHER)
def locale(request: pytest.FixtureRequest) -> str:
    """The language of the people, and of what they write."""
    found: str = request.param
    return found


@pytest.fixture
def somebody(app: Flask, live_server: str, chromium: Browser, locale: str) -> Iterator[Opened]:
    """Return a function that gives a person a browser; scripts of ours must not fail in it."""
    errors: list[str] = []
    pages: list[Page] = []

    def opened(name: str) -> Person:
        context = chromium.new_context(
            base_url=live_server,
            locale=locale,
            viewport={"width": WIDTHS[0], "height": 800},
            user_agent=f"Mozilla/5.0 ({name}) Firefox/145.0",  # by which visitors are told apart
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "response", lambda answer: errors.append(answer.url) if answer.status >= 500 else None
        )
        pages.append(page)
        return Person(name, page, Words(locale), app)

    yield opened
    for page in pages:
        page.context.close()
    assert errors == []


@pytest.fixture
def colleague(somebody: Opened) -> Callable[[str, RoleName], Person]:
    """Return a function that gives somebody who has had an account for long, signed in."""

    def signed_in(name: str, role: RoleName) -> Person:
        email = f"{name.split(maxsplit=1)[0].lower()}@clairson.example"
        add_user(email, PASSWORD, role, name=name)
        person = somebody(name)
        person.signs_in(email, PASSWORD)
        return person

    return signed_in


@pytest.fixture
def look(axe: Check) -> Look:
    """Return a function that looks at the page of somebody at both widths.

    Axe finds nothing wrong, nothing scrolls sideways, and no other language is mixed in.
    """

    def looked(person: Person) -> None:
        page = person.page
        for width in reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 800})
            assert axe(page) == [], (page.url, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert person.reads_in_another_language() == [], page.url

    return looked


class Clock:
    """The clock of the site: it goes until it is stopped, and goes on from there."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._stopped: datetime | None = None

    def now(self, zone: object = None) -> datetime:
        """Return the moment that the site takes for the present one."""
        return self._stopped or datetime.now(zone) + self._ahead  # type: ignore[arg-type]

    def stop_at(self, moment: datetime) -> None:
        """Let it be this moment until told otherwise."""
        self._stopped = moment

    def go_on(self) -> None:
        """Go on from the moment at which it stands."""
        if self._stopped is not None:
            self._ahead = self._stopped - datetime.now(self._stopped.tzinfo)
        self._stopped = None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the site reads."""
    clock = Clock()
    monkeypatch.setattr(kb.db, "datetime", SimpleNamespace(now=clock.now))
    assert utc_now().tzinfo is not None
    return clock
